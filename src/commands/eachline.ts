import { piling, quotePile, type Pile, type Piling, type Wish } from '../core/bulk.ts';
import { SIZES, type Aspect, type Day, type Size } from '../core/catalogue/model.ts';
import { Failure, usageFailure } from '../core/errors.ts';
import type { Want } from '../core/order.ts';
import type { Offer, Route } from '../core/route.ts';
import type { Deps } from '../ports.ts';
import type { EstimateFlags } from './estimate.ts';
import type { Estimate } from './estimateview.ts';

type Chooser = (want: Pick<Want, 'prompt' | 'count' | 'size' | 'aspect'>) => Route;

/** Prices a file with a prompt a line; it is read as a stream and may be of any length. */
export async function estimateFile(
  args: readonly string[],
  flags: EstimateFlags,
  choose: Chooser,
  day: Day,
  { lines }: Pick<Deps, 'lines'>,
): Promise<Estimate> {
  const { promptFile } = flags;
  if (promptFile === undefined || args.length > 0) {
    throw usageFailure('--each-line reads the prompts from --prompt-file, and from nowhere else.');
  }
  const other = (['prompt', 'var', 'style', 'negative'] as const).find((name) => flags[name] !== undefined);
  if (other) throw usageFailure(`--each-line takes prompts as they are, and --${other} would change them.`);
  const usual: Wish = { count: flags.count, size: flags.size ?? null, aspect: flags.aspect ?? null };
  const { add, piles } = piling();
  let at = 0;
  for await (const chunk of lines(promptFile)) {
    for (const line of chunk) {
      at += 1;
      if (line.startsWith('{')) addObject(line, usual, `${promptFile}, line ${at}`, add);
      else if (!isBlank(line)) add(line, usual);
    }
  }
  const found = piles();
  if (found.length === 0) throw usageFailure(`--prompt-file ${promptFile} has no prompt in it.`);
  const routes = found.map((pile) => ({ pile, route: choose({ ...pile, prompt: pile.longest, count: 1 }) }));
  const prompts = found.reduce((count, pile) => count + pile.prompts, 0);
  return {
    day,
    offers: flags.compare ? compared(routes) : routes.map(({ pile, route }) => offerFor(pile, route)),
    parts: !flags.compare,
    why: `${prompts} prompts; ${routes[0]?.route.why ?? ''}`,
    notices: [...new Set(routes.flatMap(({ route }) => route.notices))],
    rejected: routes[0]?.route.rejected ?? [],
  };
}

const offerFor = (pile: Pile, { order, quote }: Offer): Offer => ({
  order: { ...order, count: pile.pictures },
  quote: quotePile(quote, pile),
});

/** Several kinds of picture can only be compared by one model for all, so a comparison takes one kind. */
function compared(routes: readonly { readonly pile: Pile; readonly route: Route }[]): readonly Offer[] {
  const [first, second] = routes;
  if (second) throw usageFailure('--compare takes prompts of one size and aspect; this file has several.');
  return first ? first.route.others.map((offer) => offerFor(first.pile, offer)) : [];
}

const isBlank = (line: string): boolean => (line.charCodeAt(0) <= SPACE ? line.trim() === '' : line === '');
const SPACE = 0x20;

/** An object has a prompt, and says what differs from the flags. */
function addObject(line: string, usual: Wish, where: string, add: Piling['add']): void {
  const { prompt, count, size, aspect } = objectIn(line, where);
  if (typeof prompt !== 'string' || prompt.trim() === '')
    throw usageFailure(`${where}: "prompt" is missing or empty.`);
  add(prompt, {
    count: count === undefined ? usual.count : countIn(count, where),
    size: size === undefined ? usual.size : sizeIn(size, where),
    aspect: aspect === undefined ? usual.aspect : aspectIn(aspect, where),
  });
}

function objectIn(line: string, where: string): Readonly<Record<string, unknown>> {
  try {
    // A line that begins with a brace and parses is an object.
    const object: Readonly<Record<string, unknown>> = JSON.parse(line);
    return object;
  } catch (cause) {
    throw new Failure('usage', `${where}: this is no valid JSON.`, { cause });
  }
}

function countIn(count: unknown, where: string): number {
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= 100) return count;
  throw usageFailure(`${where}: "count" takes a whole number from 1 to 100.`);
}

function sizeIn(size: unknown, where: string): Size {
  const found = SIZES.find((known) => known === String(size).toUpperCase());
  if (found) return found;
  throw usageFailure(`${where}: "size" takes one of ${SIZES.join(', ')}.`);
}

function aspectIn(aspect: unknown, where: string): Aspect {
  if (typeof aspect === 'string' && isAspect(aspect)) return aspect;
  throw usageFailure(`${where}: "aspect" takes width:height, such as 16:9.`);
}

const isAspect = (text: string): text is Aspect => /^[1-9]\d?:[1-9]\d?$/.test(text);
