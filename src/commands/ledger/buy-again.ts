import { wholePlace } from '../../core/files/place.ts';
import { Command } from 'commander';
import { dirname, resolve } from 'node:path';
import { cellAspect, gridName } from '../../core/drafts/grid.ts';
import { wordsIn } from '../../core/drafts/prompt.ts';
import { usageFailure } from '../../core/errors.ts';
import { counted, excerpt, printable } from '../../core/text/text.ts';
import type { AttemptPlan, Deps, Receipt, Settings, Terminal } from '../../ports/index.ts';
import { edit } from '../create/edit.ts';
import { generate } from '../create/generate.ts';
import { MASKED } from '../create/input-images.ts';
import { applyDefaults } from '../shared/apply-settings.ts';
import { flag } from '../shared/flags.ts';
import { shortId, shownPath } from './purchases.ts';

/** Flags of an order that may be said anew; all else is as it was. */
export const ALONG = [
  flag.out,
  flag.force,
  flag.maxCost,
  flag.dryRun,
  flag.allowRetired,
  flag.onRetired,
  flag.baseUrl,
  flag.apiKeyFile,
] as const;

/** Buys what was asked for once more: as the command line that asks for the same, so it is priced and asked like any order. */
export async function buyAgain(
  found: readonly Receipt[],
  flags: Readonly<Record<string, unknown>>,
  settings: Settings,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const { args, isEdit } = await lineFor(found, deps);
  const module = isEdit ? edit : generate;
  const command = new Command();
  module.configure(command);
  command.parse([...args], { from: 'user' });
  for (const [name, value] of Object.entries(flags))
    if (isAlong(name)) command.setOptionValueWithSource(name, value, 'cli');
  command.setOptionValue('whyModel', 'the model that it was bought from');
  applyDefaults(command, settings, module.ownFlags);
  return module.run(command.args, command.opts(), deps, terminal);
}

const NAMES = new Set(
  [...ALONG, flag.askAbove, flag.yes, flag.noInput, flag.json].map((one) => one().attributeName()),
);
const isAlong = (name: string): boolean => NAMES.has(name);

interface CommandLine {
  readonly args: readonly string[];
  readonly isEdit: boolean;
}

async function lineFor(found: readonly Receipt[], deps: Deps): Promise<CommandLine> {
  const asked = distinct(found);
  const [first, ...others] = asked;
  if (first === undefined) throw usageFailure('There is no request to buy again.');
  const { attempt, run } = first;
  if (others.some((other) => !isAlike(other.attempt, attempt)))
    throw usageFailure(
      `These are ${counted(asked.length, 'request')} of different kinds, and one is bought again at a time.`,
      `Name one of them: ${excerpt(asked.map(shortId).join(', '), 200)}`,
    );
  if (attempt.prompt === '')
    throw usageFailure('What it asked for was forgotten by pixtab forget.', 'Ask for it anew.');
  if (run.command === 'apply')
    throw usageFailure(
      'It is a picture of a manifest, and those are bought by pixtab apply.',
      'pixtab apply --force <id of the picture> buys it again, and keeps the lock in step.',
    );
  const { save, prompt } = attempt;
  const inputs = await inputsOf(first, deps);
  const words = save.mask ? prompt.replace(`\n\n${MASKED}`, '') : save.sheet ? wordsIn(prompt) : prompt;
  const count = asked.reduce((sum, { attempt: { images } }) => sum + images, 0);
  const isEdit = save.mask !== undefined || run.command === 'edit';
  const flags = [...orderFlags(attempt), ...finishFlags(attempt), ...filing(first), '--count', String(count)];
  const place = placeOf(save, deps.cwd);
  if (isEdit) {
    const mask = save.mask ? ['--mask', shownPath(resolve(save.cwd, save.mask.mask.path), deps.cwd)] : [];
    const pictures = save.mask ? inputs.filter((_, index) => index !== 1) : inputs;
    return { args: [...flags, ...place, ...mask, `--text=${words}`, '--', ...pictures], isEdit };
  }
  const images = inputs.flatMap((input) => ['--image', input]);
  return { args: [...flags, ...place, ...images, '--', words], isEdit };
}

/** Beside the first pictures, under new names. */
function placeOf({ paths: [path = '-'], cwd }: AttemptPlan['save'], here: string): readonly string[] {
  if (path === '-') return [];
  return ['--out', `${shownPath(dirname(wholePlace(cwd, path, resolve)), here) || '.'}/`];
}

/** One attempt for each picture: a repeat asks for the same. */
function distinct(found: readonly Receipt[]): readonly Receipt[] {
  return [...new Map(found.map((one) => [JSON.stringify(one.attempt.save.paths), one])).values()];
}

const isAlike = (one: AttemptPlan, other: AttemptPlan): boolean =>
  (['prompt', 'model', 'size', 'aspect', 'lane'] as const).every((key) => one[key] === other[key]);

function orderFlags({ model, size, aspect, lane, save, asked }: AttemptPlan): readonly string[] {
  return [
    '--model',
    model,
    '--size',
    size,
    '--lane',
    lane,
    // A mask returns the picture in its own measures.
    ...(aspect === null || save.mask
      ? []
      : ['--aspect', save.sheet ? cellAspect(save.sheet, aspect) : aspect]),
    ...(save.sheet ? ['--drafts', gridName(save.sheet)] : []),
    ...(asked?.thinking ? ['--thinking', asked.thinking] : []),
  ];
}

function finishFlags({ save }: AttemptPlan): readonly string[] {
  const { format, quality, resize, keepRaw, strip, embed, sidecar } = save;
  return [
    ...(format === null ? [] : ['--format', format]),
    ...(quality === null ? [] : ['--quality', String(quality)]),
    ...(resize ? ['--resize', `${resize.width}x${resize.height}`, '--fit', resize.fit] : []),
    ...Object.entries({
      '--keep-raw': keepRaw,
      '--strip': strip,
      '--embed': embed,
      '--sidecar': sidecar,
    }).flatMap(([name, isOn]) => (isOn ? [name] : [])),
  ];
}

const filing = ({ run: { project, labels } }: Receipt): readonly string[] => [
  '--project',
  project ?? '',
  ...labels.flatMap((label) => ['--label', label]),
];

/** The input pictures, which must still be the same. */
async function inputsOf(
  { attempt: { asked, save }, run }: Receipt,
  { cwd, pictureFiles, sha256 }: Pick<Deps, 'cwd' | 'pictureFiles' | 'sha256'>,
): Promise<readonly string[]> {
  if (asked === undefined && run.command !== 'generate')
    throw usageFailure(
      'An earlier pixtab wrote it down, without its input pictures: it cannot be bought as it was.',
    );
  if (asked !== undefined && asked.turns > 0)
    throw usageFailure(
      'It was a turn of a conversation, which goes on from the turns before it.',
      'pixtab edit --continue "…" goes on from the last one.',
    );
  const files = await pictureFiles();
  const paths: string[] = [];
  for (const { path, sha256: before } of asked?.inputs ?? []) {
    const whole = shownPath(wholePlace(save.cwd, path, resolve), cwd);
    if (before === null)
      throw usageFailure(`Its input picture (${printable(path)}) was no file, so it is gone.`);
    if ((await files.kindOf(whole)) !== 'file')
      throw usageFailure(`Its input picture ${printable(whole)} is gone.`);
    if (sha256(await files.read(whole)) !== before)
      throw usageFailure(
        `Its input picture ${printable(whole)} is another one now.`,
        'Ask for it anew: pixtab edit.',
      );
    paths.push(whole);
  }
  return paths;
}
