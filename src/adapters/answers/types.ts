/** What an answer holds, in order. */
export type Find =
  | { readonly kind: 'picture'; readonly mimeType: string; readonly bytes: Uint8Array }
  | { readonly kind: 'words'; readonly text: string }
  /** The address of a picture. */
  | { readonly kind: 'link'; readonly url: string }
  /** A picture that could not be read, or something that may be one; `what` is null for a picture without good bytes. */
  | { readonly kind: 'unread'; readonly what: string | null };
