import { Failure, restated, usageFailure } from '../../core/errors.ts';
import { portion } from '../../core/order/order.ts';
import { route } from '../../core/order/route.ts';
import { counted } from '../../core/text/text.ts';
import type { Deps, SavePlan, Settings, Terminal } from '../../ports/index.ts';
import { planOutput } from '../../purchase/output-paths.ts';
import type { PurchaseRequest } from '../../purchase/request.ts';
import { fileOfPrompts, nameOfFile, usualWant } from '../estimate/each-line.ts';
import { promptLine, type PromptLine } from '../estimate/prompt-line.ts';
import { filedUnder } from '../shared/filed-under.ts';
import type { BuyFlags } from './flags.ts';
import { buyLines } from './lines.ts';
import { orderFromFlags, type ChosenOrder } from './order-from-flags.ts';
import { promptSources } from './prompt.ts';
import { finishOf } from './postprocess-flags.ts';
import { placeOf, triesOf } from './run.ts';

/** More is a manifest, which is planned as a stream. */
const MOST_LINES = 10_000;

/** A line of the file, and what is chosen for it. */
interface Line extends PromptLine {
  readonly name: string;
  readonly chosen: ChosenOrder;
  /** Numbers of its pictures among all. */
  readonly first: number;
}

/** Buys a picture or several for every line of a file. Returns the exit code. */
export async function buyEachLine(
  args: readonly string[],
  flags: BuyFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const file = fileOfPrompts(args, flags, promptSources(deps, terminal));
  if (flags.image) throw usageFailure('--each-line has no input images.', 'A manifest has: pixtab apply.');
  if (flags.cached)
    throw usageFailure('--each-line does not look into the store.', 'A manifest does: pixtab apply.');
  if (flags.out === '-') throw usageFailure('-o - writes one picture, and --each-line asks for several.');
  finishOf(flags);
  const settings = await deps.settings(flags);
  const at = deps.clock.now();
  const lines = await linesOf(file, flags, settings, at, deps);
  const runId = deps.newId();
  const prompts = lines.flatMap(({ prompt, want }) => Array.from({ length: want.count }, () => prompt));
  // What the first asks for stands for all where room on the disk is estimated.
  const size = lines[0]?.chosen.taken.order.size ?? '1K';
  const order = { count: prompts.length, size, prompt: prompts[0] ?? '', prompts };
  const place = placeOf(order, { runId, at }, {}, flags, deps);
  const plan = async (model: Parameters<PurchaseRequest['placeFor']>[0], pictures: readonly number[]) =>
    planOutput({ ...place, model, pictures }, await deps.pictureFiles(), terminal.stdoutIsTerminal);
  // Names are made for all pictures of a model at once: for each line alone, the work would grow with the square.
  const plans = new Map<string, Promise<ReadonlyMap<number, SavePlan>>>();
  function firstPlans(model: Line['chosen']['taken']['order']['model']) {
    const known = plans.get(model.id);
    if (known) return known;
    const own = lines.filter(({ chosen }) => chosen.taken.order.model.id === model.id).flatMap(numbersOf);
    const made = plan(model, own).then(
      (save) =>
        new Map(own.map((number, index) => [number, { ...save, paths: save.paths.slice(index, index + 1) }])),
    );
    plans.set(model.id, made);
    return made;
  }
  const requests = lines.map((line): PurchaseRequest => {
    const { options, start, taken } = line.chosen;
    let isFirst = true;
    return {
      name: line.name,
      offer: taken,
      why: start.why,
      ...triesOf(flags, start),
      offerOf: (model, pictures) => route({ ...options, model, want: portion(options.want, pictures) }),
      async placeFor(model, pictures) {
        const numbers = pictures.map((picture) => line.first + picture);
        if (!isFirst) return plan(model, numbers);
        isFirst = false;
        const all = await firstPlans(model);
        const saves = numbers.flatMap((number) => all.get(number) ?? []);
        const [save] = saves;
        if (save === undefined) throw new TypeError(`${line.name} has no place`);
        return { ...save, paths: saves.flatMap(({ paths }) => paths) };
      },
      attemptId: () => deps.newId(),
    };
  });
  // What is wrong with a place is said before any price.
  if (!flags.dryRun) for (const { chosen } of lines) await firstPlans(chosen.taken.order.model);
  const notices = [
    ...new Set(lines.flatMap(({ chosen: { taken } }) => [...taken.notices, ...taken.quote.warnings])),
  ];
  const filed = await filedUnder(flags, deps);
  const run = { runId, command: 'generate', at, ...filed, maxCost: flags.maxCost ?? null };
  return buyLines({ requests, run, settings, notices }, flags, deps, terminal);
}

const numbersOf = ({ first, want: { count } }: Line): readonly number[] =>
  Array.from({ length: count }, (_, index) => first + index);

async function linesOf(
  file: string,
  flags: BuyFlags,
  settings: Settings,
  now: number,
  deps: Deps,
): Promise<readonly Line[]> {
  const usual = usualWant(flags);
  const source = nameOfFile(file);
  const lines: Line[] = [];
  let [at, first] = [0, 0];
  for await (const chunk of deps.lines(file)) {
    for (const text of chunk) {
      at += 1;
      const name = `line ${at}`;
      const found = promptLine(text, usual, () => `${source}, ${name}`);
      if (found === null) continue;
      if (lines.length === MOST_LINES)
        throw usageFailure(
          `${source} has more than ${counted(MOST_LINES, 'prompt')}.`,
          'Divide it, or make a manifest of it: pixtab apply.',
        );
      const chosen = await chosenFor(found, `${source}, ${name}`, flags, settings, now, deps);
      lines.push({ ...found, name, chosen, first });
      first += found.want.count;
    }
  }
  if (lines.length === 0) throw usageFailure(`${source} has no prompt in it.`);
  return lines;
}

async function chosenFor(
  { prompt, want }: PromptLine,
  where: string,
  flags: BuyFlags,
  settings: Settings,
  now: number,
  deps: Deps,
): Promise<ChosenOrder> {
  try {
    return await orderFromFlags(
      { command: 'generate', prompt, inputs: [] },
      wanting(flags, want),
      settings,
      now,
      deps,
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw restated(error, { message: `${where}: ${error.message}` });
  }
}

/** The flags as they would ask for this alone. */
export function wanting(flags: BuyFlags, { size, aspect, thinking, ...want }: PromptLine['want']): BuyFlags {
  const { size: _, aspect: __, thinking: ___, whyModel, ...others } = flags;
  return {
    ...others,
    ...(want.model === flags.model && { whyModel }),
    ...want,
    ...(size && { size }),
    ...(aspect && { aspect }),
    ...(thinking && { thinking }),
  };
}
