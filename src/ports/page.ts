/** A request to a site, as far as a command answers it. */
export interface SiteRequest {
  /** What stands behind the address of the site: "", "page.css", "thumb/….webp". */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Aborts when whoever asked went away, as a browser does that has scrolled on. */
  readonly signal: AbortSignal;
}

export interface SiteAnswer {
  /** 200 where it is left out. */
  readonly status?: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  /** It never changes, so a browser may keep it. */
  readonly isFixed?: boolean;
}

/** A site on this machine, which can only be read, and only by who knows its address. */
export interface Site {
  /** "http://127.0.0.1:PORT/TOKEN/" */
  readonly url: string;
  close(): Promise<void>;
}

/** The page, built: one script and one style sheet, which load nothing else. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/** Small pictures of large ones, kept in the cache. */
export interface Thumbnails {
  /**
   * The thumbnail of a picture, as WebP, made of what `read` gives unless it was made before; null where that is no picture, or
   * nothing. Few are made at a time, and none for somebody who went away before his turn.
   */
  of(sha256: string, read: () => Promise<Uint8Array | null>, signal: AbortSignal): Promise<Uint8Array | null>;
}
