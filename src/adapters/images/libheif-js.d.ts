/** The part of it that is used; it has no types for this entry. https://github.com/catdad-experiments/libheif-js, checked 2026-11-27 */
declare module 'libheif-js/wasm-bundle' {
  export interface Raster {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
  }

  export interface HeifPicture {
    get_width(): number;
    get_height(): number;
    is_primary(): boolean;
    /** Unpacks it, upright; null where it is broken. */
    display(into: Raster, done: (filled: Raster | null) => void): void;
    free(): void;
  }

  const heif: { readonly HeifDecoder: new () => { decode(bytes: Uint8Array): readonly HeifPicture[] } };
  export default heif;
}
