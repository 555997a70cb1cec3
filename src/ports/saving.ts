import type { ImageFormat } from '../core/format.ts';
import type { Resize } from '../core/order/resize.ts';

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
  /** The raw answer is kept for good. */
  readonly keepRaw?: boolean | undefined;
  /** What it is brought to. */
  readonly resize?: Resize | undefined;
  readonly mask?: MaskPlan | undefined;
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
