import type { Pixels } from '../core/catalogue/model.ts';
import type { Grid } from '../core/drafts/grid.ts';
import type { PictureFacts } from '../core/files/embedded-metadata.ts';
import type { ImageFormat } from '../core/files/format.ts';
import type { InputImage } from '../core/order/order.ts';
import type { Resize } from '../core/order/resize.ts';

export interface ImageInfo {
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
}

export interface Pictures {
  /** Small enough for a page that shows many, as WebP and without metadata; null when the bytes are no image. */
  thumbnail(bytes: Uint8Array): Promise<Uint8Array | null>;
  /** Decodes every pixel; null when the bytes are no image or a broken one. */
  inspect(bytes: Uint8Array): Promise<ImageInfo | null>;
  /** `quality` 1 to 100 where the format has one. */
  convert(
    bytes: Uint8Array,
    format: ImageFormat,
    quality: number | null,
    resize?: Resize | null,
  ): Promise<Uint8Array>;
  /** The picture, as PNG, with what was made of it where the mask is white; elsewhere every pixel is its own. */
  masked(picture: Uint8Array, mask: Uint8Array, made: Uint8Array): Promise<Uint8Array>;
  /** Cuts a sheet of drafts at its gutters; each cell gets this format. Throws Failure `disk` where it does not decode. */
  cut(sheet: Uint8Array, grid: Grid, format: ImageFormat, quality: number | null): Promise<CutSheet>;
  /** Without metadata; the colours and every pixel stay. As it is where the format is not looked into. */
  strip(bytes: Uint8Array): Uint8Array;
  /** With these facts inside; null where the format has no place for them. */
  label(bytes: Uint8Array, facts: PictureFacts): Uint8Array | null;
  /** The facts that `label` put there. */
  factsIn(bytes: Uint8Array): PictureFacts | null;
  /** Whether it carries content credentials (C2PA), which hold only while no byte of it changes. */
  hasProvenance(bytes: Uint8Array): boolean;
}

/** Cells row by row, null for one that is empty; or why there are none, as the end of a sentence. */
export type CutSheet = { readonly cells: readonly (Uint8Array | null)[] } | { readonly why: string };

/** Pictures that go along with a prompt. */
export interface Inputs {
  /** A file, or `-` for standard input, ready to be sent. Failure `usage` says in a sentence what is wrong with it. */
  load(source: string): Promise<LoadedInput>;
  /** A mask for a picture of this size: white where it may change, black where it stays. */
  mask(source: string, picture: Pixels): Promise<LoadedInput>;
  /** The same picture in at most so many bytes; as it is when it has no more. */
  fit(image: InputImage, maxBytes: number): Promise<LoadedInput>;
}

export interface LoadedInput {
  readonly image: InputImage;
  /** What was changed before it may be sent, a sentence each. */
  readonly notices: readonly string[];
}

/** A picture as text that draws it; null when there is no terminal to draw in. */
export type Viewer = (bytes: Uint8Array) => Promise<string | null>;

/** Pictures in files. */
export interface PictureFiles {
  /** Kind of thing at a path, following links. */
  kindOf(path: string): Promise<'none' | 'file' | 'folder' | 'other'>;
  /** Bytes of a file; null where there is none. */
  sizeOf(path: string): Promise<number | null>;
  /** The absolute path with every link in it followed, as far as there is something. */
  realPath(path: string): Promise<string>;
  /**
   * Makes missing folders and proves that this file can be written there, and that its disk has room for so many bytes.
   * Failure `usage` with the path in it.
   */
  prove(path: string, room?: number): Promise<void>;
  /**
   * Writes all or nothing: temporary file, flush, then the name. Never replaces a file unless `replace`; a name taken
   * meanwhile becomes "name-2". Returns the path written. Failure `disk`.
   */
  put(path: string, bytes: Uint8Array, options: { readonly replace: boolean }): Promise<string>;
  /**
   * Gives a file what `make` makes of what it holds at that moment, null where it is not there: asked once more where
   * somebody wrote it meanwhile. Failure `disk`.
   */
  update(path: string, make: (now: Uint8Array | null) => Uint8Array): Promise<void>;
  read(path: string): Promise<Uint8Array>;
  /** The names in a folder; none where it is not there or cannot be read. */
  names(folder: string): Promise<readonly string[]>;
  /** Removes what interrupted writes left in a folder before a moment; resolves to how many. */
  tidy(folder: string, before: number): Promise<number>;
  /** Gives a file another place, whose folders it makes; replaces what stands there. Failure `disk`. */
  move(from: string, to: string): Promise<void>;
}

export interface SavedFile extends ImageInfo {
  /** As the user would write it. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface SavedImage extends SavedFile {
  /** Of a sheet of drafts, those that were found. */
  readonly cells?: readonly SavedCell[] | undefined;
  /** Why a sheet has fewer cells than were asked for: a sentence. */
  readonly uncut?: string | undefined;
}

/** A draft that was cut out of a sheet. */
export interface SavedCell extends SavedFile {
  /** From 1, row by row. */
  readonly cell: number;
}

/** How the pictures of an attempt are to be saved; enough for `recover` to finish the work. */
export interface SavePlan {
  /** Per picture as the user would write it, without an extension where the bytes decide it; "-" is stdout. */
  readonly paths: readonly string[];
  /** Absolute folder that relative paths start from. */
  readonly cwd: string;
  /** null keeps the bytes as they come. */
  readonly format: ImageFormat | null;
  readonly quality: number | null;
  readonly replace: boolean;
  /** It goes into a store and nowhere else: the bucket that is named, or that of whoever fetches it. */
  readonly toStore?: { readonly place: string | null } | undefined;
  /** The raw answer is kept for good. */
  readonly keepRaw?: boolean | undefined;
  /** The size that the picture is brought to. */
  readonly resize?: Resize | undefined;
  readonly mask?: MaskPlan | undefined;
  /** The picture is a sheet of drafts, and is cut. */
  readonly sheet?: Grid | undefined;
  /** Without metadata. */
  readonly strip?: boolean | undefined;
  /** With prompt, model, cost and run inside. */
  readonly embed?: boolean | undefined;
  /** With its receipt beside it. */
  readonly sidecar?: boolean | undefined;
}

/** The files that decide which pixels a picture keeps, as the user would write them, and what they hold. */
export interface MaskPlan {
  readonly picture: MaskFile;
  readonly mask: MaskFile;
}

export interface MaskFile {
  readonly path: string;
  readonly sha256: string;
}
