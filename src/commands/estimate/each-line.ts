import {
  groupPrompts,
  quoteGroup,
  type PromptGroup,
  type PromptWant,
} from '../../core/pricing/prompt-groups.ts';
import type { Day } from '../../core/catalogue/model.ts';
import { Failure, restated, usageFailure } from '../../core/errors.ts';
import type { Want } from '../../core/order/order.ts';
import { attempt, type QuotedOrder, type Route } from '../../core/order/route.ts';
import { counted } from '../../core/text/text.ts';
import type { Deps } from '../../ports/index.ts';
import type { PromptSources } from '../create/prompt.ts';
import type { EstimateFlags } from './flags.ts';
import type { Estimate } from './types.ts';
import { promptLine } from './prompt-line.ts';

/** Chooses a model for what one line asks for. */
type Chooser = (
  model: string,
  want: Pick<Want, 'prompt' | 'count' | 'size' | 'aspect' | 'lane' | 'thinking'>,
) => Route;

/** Prices a file with a prompt a line; it is read as a stream and may be of any length. */
export async function estimateFile(
  args: readonly string[],
  flags: EstimateFlags,
  choose: Chooser,
  day: Day,
  { lines, stdinIsPiped }: Pick<Deps, 'lines'> & Pick<PromptSources, 'stdinIsPiped'>,
): Promise<Estimate> {
  const promptFile = fileOfPrompts(args, flags, { stdinIsPiped });
  const name = nameOfFile(promptFile);
  const found = await groupsIn(lines(promptFile), name, flags);
  if (found.length === 0) throw usageFailure(`${name} has no prompt in it.`);
  const routes = found.map((group) => ({ group, route: routeFor(group, choose, name) }));
  const prompts = found.reduce((count, group) => count + group.prompts, 0);
  return {
    day,
    offers: flags.compare ? compared(routes) : routes.map(({ group, route }) => offerFor(group, route)),
    parts: !flags.compare,
    why: `${counted(prompts, 'prompt')}; ${routes[0]?.route.why ?? ''}`,
    notices: [...new Set(routes.flatMap(({ route }) => route.notices))],
    rejected: routes[0]?.route.rejected ?? [],
  };
}

/** The file that --each-line reads; refuses what would change its prompts. */
export function fileOfPrompts(
  args: readonly string[],
  flags: Pick<EstimateFlags, 'promptFile' | 'prompt' | 'var' | 'style' | 'negative' | 'vary'>,
  { stdinIsPiped }: Pick<PromptSources, 'stdinIsPiped'>,
): string {
  if (args.length > 0 && flags.promptFile !== undefined)
    throw usageFailure(
      'Prompts are given twice: as words and with --prompt-file.',
      'With --each-line, all of them stand in the file.',
    );
  const promptFile = flags.promptFile ?? (args.length === 0 && stdinIsPiped() ? '-' : undefined);
  if (promptFile === undefined)
    throw usageFailure(
      '--each-line reads the prompts from a file, or from what is piped in.',
      'Name it: --each-line --prompt-file prompts.txt',
    );
  const other = (['prompt', 'var', 'style', 'negative', 'vary'] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (other) throw usageFailure(`--each-line takes prompts as they are, and --${other} would change them.`);
  return promptFile;
}

/** How messages call it. */
export const nameOfFile = (file: string): string => (file === '-' ? 'standard input' : file);

/** What a line wants that says nothing but its prompt. */
export function usualWant({
  model,
  count,
  size,
  aspect,
  lane,
  thinking,
}: Pick<EstimateFlags, 'model' | 'count' | 'size' | 'aspect' | 'lane' | 'thinking'>): PromptWant {
  return { model, count, size: size ?? null, aspect: aspect ?? null, lane, thinking: thinking ?? null };
}

async function groupsIn(
  chunks: AsyncIterable<readonly string[]>,
  file: string,
  flags: EstimateFlags,
): Promise<readonly PromptGroup[]> {
  const usual = usualWant(flags);
  const { add, groups } = groupPrompts();
  let at = 0;
  for await (const chunk of chunks) {
    for (const line of chunk) {
      at += 1;
      const found = promptLine(line, usual, () => `${file}, line ${at}`);
      if (found) add(found.prompt, found.want, at);
    }
  }
  return groups();
}

/** Chooses a model; a refusal names the line that asks for what no model can do. */
function routeFor(group: PromptGroup, choose: Chooser, file: string): Route {
  const { model, longest: prompt, longestAt, size, aspect, lane, thinking } = group;
  const found = attempt(() => choose(model, { prompt, count: 1, size, aspect, lane, thinking }));
  if (!(found instanceof Failure)) return found;
  throw restated(found, { message: `${file}, line ${longestAt}: ${found.message}` });
}

const offerFor = (group: PromptGroup, { order, quote }: QuotedOrder): QuotedOrder => ({
  order: { ...order, count: group.pictures },
  quote: quoteGroup(quote, group),
});

/** Several kinds of picture can only be compared by one model for all, so a comparison takes one kind. */
function compared(
  routes: readonly { readonly group: PromptGroup; readonly route: Route }[],
): readonly QuotedOrder[] {
  const [first, second] = routes;
  if (second) throw usageFailure('--compare takes prompts for one kind of picture; this file has several.');
  return first ? first.route.others.map((offer) => offerFor(first.group, offer)) : [];
}
