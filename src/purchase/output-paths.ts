import { sep } from 'node:path';
import { usageFailure } from '../core/errors.ts';
import { extensionOf, fileNames, withExtension } from '../core/files/filename.ts';
import { MOST_PIXELS, MOST_SIDE, type ImageFormat } from '../core/files/format.ts';
import type { Model, Size } from '../core/catalogue/model.ts';
import { pictureSpace } from '../core/order/answer-space.ts';
import type { Resize } from '../core/order/resize.ts';
import type { SavePlan, PictureFiles } from '../ports/index.ts';
import { cellPaths } from './cut-sheet.ts';
import { sidecarPath } from './receipt-file.ts';

/** What is made of the pictures besides their format. */
export type Finish = Pick<SavePlan, 'resize' | 'mask' | 'sheet' | 'strip' | 'embed' | 'sidecar'>;

export interface OutputOptions {
  /** As -o says; null names the pictures after date, prompt and id in the working directory. */
  readonly out: string | null;
  readonly format: ImageFormat | 'keep' | null;
  readonly quality: number | null;
  readonly replace: boolean;
  readonly keepRaw: boolean;
  readonly finish: Finish;
  /** Number of pictures in the whole order: names are made for all of them. */
  readonly count: number;
  /** Numbers of the pictures that are wanted, from 0; the others have their places already. */
  readonly pictures: readonly number[];
  readonly model: Model;
  readonly size: Size;
  readonly prompt: string;
  readonly prompts?: readonly string[] | undefined;
  readonly runId: string;
  readonly cwd: string;
  /** Milliseconds since 1970; names carry the local date and time. */
  readonly now: number;
}

/** Chooses a path for each picture and proves that it can be written, which law 1 wants before anything is sent. */
export async function planOutput(
  options: OutputOptions,
  pictureFiles: PictureFiles,
  stdoutIsTerminal: boolean,
): Promise<SavePlan> {
  const plan = outputOf(options);
  if (options.out === '-') {
    if (stdoutIsTerminal)
      throw usageFailure(
        '-o - would write picture bytes to a terminal.',
        'Redirect it: … -o - > picture.png',
      );
    return { ...plan, paths: ['-'] };
  }
  const names = fileNames({
    ...options,
    ...local(options.now),
    out: options.out,
    outIsFolder: await isFolder(options.out, pictureFiles),
    model: options.model.id,
    id: options.runId,
  });
  const paths = options.pictures.flatMap((picture) => names[picture] ?? []);
  const expected = plan.format ? `image/${plan.format}` : options.model.output;
  // Where they go to several folders, these are most likely on one disk.
  const { sheet, sidecar } = options.finish;
  // A sheet is there twice, once in its cells.
  let room = pictureSpace({ count: paths.length * (sheet ? 2 : 1), size: options.size });
  for (const path of paths) {
    const name = withExtension(path, expected);
    await proveFree(name, options.replace, pictureFiles, room);
    room = 0;
    if (sidecar) await proveFree(sidecarPath(name), options.replace, pictureFiles);
    if (sheet)
      for (const cell of cellPaths(name, sheet)) await refuseTaken(cell, options.replace, pictureFiles);
  }
  return { ...plan, paths };
}

/** How the pictures are processed. Throws Failure `usage` where the flags contradict each other. Reads no disk. */
export function outputOf(options: Omit<OutputOptions, 'pictures'>): Omit<SavePlan, 'paths'> {
  const { quality, replace, keepRaw, cwd, finish } = options;
  const plan = {
    format: finish.mask ? maskedFormat(options) : formatOf(options),
    quality,
    replace,
    cwd,
    ...(keepRaw && { keepRaw }),
    ...finish,
  };
  checkFinish(plan, options);
  const made = plan.format ?? (finish.resize ? formatOfModel(options.model) : null);
  if (finish.resize && made) checkSize(finish.resize, made);
  if (options.quality !== null && (made === null || made === 'png')) {
    throw usageFailure('--quality works on jpeg, webp and avif.', 'Add --format webp, or end -o in .webp.');
  }
  if (options.out === '-' && options.count > 1)
    throw usageFailure(`-o - writes one picture, and -n asks for ${options.count}.`);
  return plan;
}

function checkFinish(
  { format, embed, sidecar }: Pick<SavePlan, 'format'> & Finish,
  { out }: Pick<OutputOptions, 'out'>,
): void {
  if (embed && format === 'avif')
    throw usageFailure('--embed works in png, jpeg and webp.', 'Leave it out, or choose another format.');
  if (sidecar && out === '-')
    throw usageFailure('--sidecar puts a file beside the picture, and -o - has no place.');
}

/** Refuses a size that could not be made, which would otherwise be found out after the picture was paid for. */
function checkSize({ width, height, fit }: Resize, format: ImageFormat): void {
  if (fit === 'inside') return;
  const size = `${width}x${height}`;
  if (width * height > MOST_PIXELS) {
    const most = Math.floor(MOST_PIXELS / 1e6);
    throw usageFailure(`--resize: ${size} is more than ${most} million pixels.`, 'Ask for fewer.');
  }
  const side = MOST_SIDE[format] ?? Infinity;
  if (Math.max(width, height) <= side) return;
  const article = format === 'avif' ? 'an' : 'a';
  throw usageFailure(
    `--resize: ${size} is more than ${article} ${format} holds, which is ${side} pixels wide and high at most.`,
    'A PNG holds it: -o picture.png',
  );
}

const formatOfModel = ({ output }: Model): ImageFormat => (output === 'image/png' ? 'png' : 'jpeg');

/** Only a format that loses nothing can keep pixels as they are. */
function maskedFormat(options: Pick<OutputOptions, 'out' | 'format' | 'finish'>): ImageFormat {
  if (options.finish.resize)
    throw usageFailure('--mask keeps pixels as they are, and another size changes all of them.');
  const format = formatOf(options) ?? 'png';
  if (format === 'png') return format;
  throw usageFailure(
    `--mask keeps pixels as they are, which ${format} cannot.`,
    'Write a PNG: -o picture.png',
  );
}

function formatOf({ out, format }: Pick<OutputOptions, 'out' | 'format'>): ImageFormat | null {
  const asked = out === null ? null : extensionOf(out);
  if (format === 'keep') return null;
  if (format && asked && format !== asked) {
    throw usageFailure(
      `--format ${format} and -o ${out} disagree.`,
      `Leave one out, or end -o in .${format}.`,
    );
  }
  return format ?? asked;
}

async function isFolder(out: string | null, pictureFiles: PictureFiles): Promise<boolean> {
  return (
    out !== null && (out.endsWith('/') || out.endsWith(sep) || (await pictureFiles.kindOf(out)) === 'folder')
  );
}

async function proveFree(
  path: string,
  replace: boolean,
  pictureFiles: PictureFiles,
  room = 0,
): Promise<void> {
  await refuseTaken(path, replace, pictureFiles);
  await pictureFiles.prove(path, room);
}

async function refuseTaken(path: string, replace: boolean, pictureFiles: PictureFiles): Promise<void> {
  const kind = await pictureFiles.kindOf(path);
  if (kind === 'folder' || kind === 'other')
    throw usageFailure(`-o: ${path} is no file that can be written.`);
  if (kind === 'file' && !replace) throw usageFailure(`-o: ${path} exists.`, 'Add --force to overwrite it.');
}

/** Local calendar date and time: a name is read by the person at this machine. */
function local(now: number): { date: string; time: string } {
  const at = new Date(now);
  const two = (value: number): string => String(value).padStart(2, '0');
  return {
    date: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    time: `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`,
  };
}
