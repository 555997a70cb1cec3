import type { Pixels } from '../../core/catalogue/model.ts';
import { usageFailure } from '../../core/errors.ts';
import type { Order } from '../../core/order/order.ts';
import { planExact } from '../../core/order/resize.ts';
import { printable } from '../../core/text/text.ts';
import type { Deps, SavedImage, Terminal } from '../../ports/index.ts';
import type { Finish } from '../../purchase/output-paths.ts';
import type { FlagsOf } from '../shared/flag.ts';
import { flag } from '../shared/flags.ts';

/** What is made of a picture after it came. */
export const FINISH = [
  flag.sizeExact,
  flag.resize,
  flag.fit,
  flag.strip,
  flag.embed,
  flag.sidecar,
  flag.preview,
  flag.open,
] as const;
type FinishFlags = FlagsOf<readonly [...typeof FINISH, typeof flag.drafts]>;

export function finishOf(flags: FinishFlags): Finish {
  const { sizeExact, resize, fit, strip, embed, sidecar, drafts: sheet } = flags;
  if (sizeExact && resize)
    throw usageFailure('--size-exact and --resize both say what the picture is brought to.');
  if (fit && !resize) throw usageFailure('--fit says how --resize does it, and there is no --resize.');
  const target = sizeExact ?? resize;
  return {
    ...(target && { resize: { ...target, fit: fit ?? 'cover' } }),
    ...(sheet && { sheet }),
    ...(strip && { strip }),
    ...(embed && { embed }),
    ...(sidecar && { sidecar }),
  };
}

/** What is worth knowing about an exact size before it is paid for. */
export function exactNotices({ model, size, aspect }: Order, exact: Pixels | undefined): readonly string[] {
  const plan = exact && planExact(model, exact, { size, aspect, enlarge: true });
  if (!exact || !plan) return [];
  const { width, height } = exact;
  if (plan.scale <= 1) return [`${width}x${height} is cropped out of ${size} at ${aspect}.`];
  return [
    `${width}x${height} is more than ${model.name} makes, so ${size} at ${aspect} is enlarged ${plan.scale.toFixed(2)} times.`,
  ];
}

/** Shows what is on disk. Nothing that goes wrong here changes what was bought. */
export async function show(
  images: readonly SavedImage[],
  { preview, open }: FinishFlags,
  deps: Pick<Deps, 'preview' | 'open' | 'pictureFiles'>,
  terminal: Terminal,
): Promise<void> {
  if (!preview && !open) return;
  const pictureFiles = await deps.pictureFiles();
  const draw = preview ? await deps.preview() : null;
  for (const { path } of images.filter(({ path }) => path !== '-')) {
    try {
      if (draw) terminal.note((await draw(await pictureFiles.read(path))) ?? NO_TERMINAL);
      if (open) await deps.open(path);
    } catch (error) {
      terminal.note(`note   ${printable(error instanceof Error ? error.message : String(error))}`);
    }
  }
}

const NO_TERMINAL = 'note   --preview shows pictures in a terminal, and this is none.';
