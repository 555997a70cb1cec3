import { REQUEST_NEEDS_MS } from '../../core/catalogue/input-limits.ts';
import { Failure } from '../../core/errors.ts';
import type { InputImage, Order } from '../../core/order/order.ts';
import { picturesIn, referring, uploadsOf } from '../../core/order/uploads.ts';
import type { Clock, FileStore, ImageApi, OnUpload, RemoteFile, SendOptions } from '../../ports/index.ts';

export interface UploadContext {
  readonly files: FileStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly sha256: (bytes: Uint8Array) => string;
  readonly onUpload: OnUpload;
  /** The most that pictures may weigh inside a request, in bytes; Infinity lets only those go ahead that must. */
  readonly lightBytes: number;
}

type Limits = Pick<SendOptions, 'signal' | 'timeoutMs'>;

/** Stands for the address of a picture in a request that is only shown. */
const SOMEWHERE = 'files/pixtab-…';

/** Uploads the pictures that are too large for a request ahead of it, each once, and refers to them. */
export function uploadingInputs(api: ImageApi, context: UploadContext): ImageApi {
  const uploaded = new Map<string, Promise<RemoteFile>>();
  const keys = new WeakMap<Uint8Array, string>();
  const shown = new Map<string, number>();

  return {
    ...api,
    preview: (order) => {
      const uploads = uploadsOf(order, context.lightBytes);
      return api.preview(referring(order, (picture) => (uploads.includes(picture) ? SOMEWHERE : undefined)));
    },
    async send(order, options) {
      const uploads = uploadsOf({ ...order, alike: showings(order) }, context.lightBytes);
      if (uploads.length === 0) return api.send(order, options);
      try {
        return await api.send(await placed(order, uploads, options), options);
      } catch (error) {
        if (!(error instanceof Failure && error.lost && error.charged === 'no')) throw error;
        await options.onRetry(error, 0);
        for (const { bytes } of uploads) uploaded.delete(keyOf(bytes));
        return api.send(await placed(order, uploads, options), options);
      }
    },
  };

  /** How many requests show the same picture: as many as were announced, or as came so far. */
  function showings(order: Order): number {
    const pictures = new Set(picturesIn(order).map(({ bytes }) => keyOf(bytes)));
    for (const key of pictures) shown.set(key, (shown.get(key) ?? 0) + 1);
    return Math.max(order.alike ?? 1, ...Array.from(pictures, (key) => shown.get(key) ?? 1));
  }

  async function placed(order: Order, uploads: readonly InputImage[], options: SendOptions): Promise<Order> {
    // Nothing is paid for yet, so the first Ctrl-C ends the upload.
    const signal = AbortSignal.any([options.signal, options.stop]);
    const uris = new Map<InputImage, string>();
    for (const picture of uploads) uris.set(picture, (await fileOf(picture, { ...options, signal })).uri);
    return referring(order, (picture) => uris.get(picture));
  }

  async function fileOf(picture: InputImage, limits: Limits): Promise<RemoteFile> {
    const key = keyOf(picture.bytes);
    const known = uploaded.get(key);
    const file = known && (await known);
    if (file && lasts(file)) return file;
    const newer = uploaded.get(key);
    if (newer && newer !== known) return newer;
    const arriving = upload(picture, limits);
    uploaded.set(key, arriving);
    arriving.catch(() => uploaded.delete(key));
    return arriving;
  }

  function lasts({ expiresAt }: RemoteFile): boolean {
    return expiresAt === null || expiresAt - context.clock.now() > REQUEST_NEEDS_MS;
  }

  async function upload(
    { name, mimeType, bytes }: InputImage,
    { signal, timeoutMs }: Limits,
  ): Promise<RemoteFile> {
    const size = bytes.byteLength;
    let isNew = false;
    const file = await context.files.upload(
      {
        displayName: name,
        mimeType,
        sha256: keyOf(bytes),
        bytes: size,
        async *read() {
          yield bytes;
        },
      },
      {
        signal,
        lastsMs: REQUEST_NEEDS_MS,
        timeoutMs,
        onWait: (arrived) => context.onUpload({ name, bytes: size, isNew, arrived }),
        onSend() {
          isNew = true;
          context.onUpload({ name, bytes: size, isNew });
        },
      },
    );
    if (!isNew) context.onUpload({ name, bytes: size, isNew });
    return file;
  }

  function keyOf(bytes: Uint8Array): string {
    const key = keys.get(bytes) ?? context.sha256(bytes);
    keys.set(bytes, key);
    return key;
  }
}
