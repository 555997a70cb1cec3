import { REQUEST_NEEDS_MS } from '../../core/catalogue/input-limits.ts';
import { Failure } from '../../core/errors.ts';
import type { InputImage, Order } from '../../core/order/order.ts';
import { picturesIn, referring, uploadsOf } from '../../core/order/uploads.ts';
import type { Clock, FileStore, ImageApi, OnUpload, RemoteFile, SendOptions } from '../../ports/index.ts';

export interface Dock {
  /** Asked for when there is something to ship. */
  readonly files: () => Promise<FileStore>;
  readonly clock: Pick<Clock, 'now'>;
  readonly sha256: (bytes: Uint8Array) => string;
  readonly onUpload: OnUpload;
}

/** Where a picture will be, in a request that is only shown. */
const SOMEWHERE = 'files/pixtab-…';

/** Lets the pictures that are too large for a request go ahead of it as files, each once, and refers to them. */
export function shipping(api: ImageApi, dock: Dock): ImageApi {
  const shipped = new Map<string, Promise<RemoteFile>>();
  const keys = new WeakMap<Uint8Array, string>();
  const shown = new Map<string, number>();

  return {
    ...api,
    preview: (order) => {
      const uploads = uploadsOf(order);
      return api.preview(referring(order, (picture) => (uploads.includes(picture) ? SOMEWHERE : undefined)));
    },
    async send(order, options) {
      const uploads = uploadsOf({ ...order, alike: showings(order) });
      if (uploads.length === 0) return api.send(order, options);
      try {
        return await api.send(await placed(order, uploads, options), options);
      } catch (error) {
        if (!(error instanceof Failure && error.lost && error.charged === 'no')) throw error;
        await options.onRetry(error, 0);
        for (const { bytes } of uploads) shipped.delete(keyOf(bytes));
        return api.send(await placed(order, uploads, options), options);
      }
    },
  };

  /** Requests that show the same picture: those that were announced, or those that came. */
  function showings(order: Order): number {
    const pictures = new Set(picturesIn(order).map(({ bytes }) => keyOf(bytes)));
    for (const key of pictures) shown.set(key, (shown.get(key) ?? 0) + 1);
    return Math.max(order.alike ?? 1, ...Array.from(pictures, (key) => shown.get(key) ?? 1));
  }

  async function placed(order: Order, uploads: readonly InputImage[], options: SendOptions): Promise<Order> {
    // Nothing is paid for yet, so the first Ctrl-C ends it.
    const signal = AbortSignal.any([options.signal, options.stop]);
    const uris = new Map<InputImage, string>();
    for (const picture of uploads) uris.set(picture, (await fileOf(picture, signal)).uri);
    return referring(order, (picture) => uris.get(picture));
  }

  async function fileOf(picture: InputImage, signal: AbortSignal): Promise<RemoteFile> {
    const key = keyOf(picture.bytes);
    const known = shipped.get(key);
    const file = known && (await known);
    if (file && lasts(file)) return file;
    const newer = shipped.get(key);
    if (newer && newer !== known) return newer;
    const arriving = ship(picture, signal);
    shipped.set(key, arriving);
    arriving.catch(() => shipped.delete(key));
    return arriving;
  }

  function lasts({ expiresAt }: RemoteFile): boolean {
    return expiresAt === null || expiresAt - dock.clock.now() > REQUEST_NEEDS_MS;
  }

  async function ship({ name, mimeType, bytes }: InputImage, signal: AbortSignal): Promise<RemoteFile> {
    const size = bytes.byteLength;
    let isNew = false;
    const files = await dock.files();
    const file = await files.upload(
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
        onSend() {
          isNew = true;
          dock.onUpload({ name, bytes: size, isNew });
        },
      },
    );
    if (!isNew) dock.onUpload({ name, bytes: size, isNew });
    return file;
  }

  function keyOf(bytes: Uint8Array): string {
    const key = keys.get(bytes) ?? dock.sha256(bytes);
    keys.set(bytes, key);
    return key;
  }
}
