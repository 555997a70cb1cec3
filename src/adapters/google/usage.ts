import { z } from 'zod';
import type { Lane } from '../../core/catalogue/model.ts';
import type { Usage } from '../../core/order/reply.ts';
import { excerpt } from '../../core/text/text.ts';
import { maybe, tally, word } from '../lenient.ts';

// A split is read whole or not at all: half of one would bill image tokens as text.
const Split = maybe(z.array(z.object({ modality: z.string(), tokenCount: tally.nullish() })));

const COUNTS = [
  'promptTokenCount',
  'toolUsePromptTokenCount',
  'candidatesTokenCount',
  'thoughtsTokenCount',
  'totalTokenCount',
] as const;

/** null where nothing is said; what is no count is kept, so that it can be told from that. */
const count = z.union([tally.nullish(), z.unknown().transform((value) => ({ noCount: shown(value) }))]);

const shown = (value: unknown): string => excerpt(JSON.stringify(value) ?? '', 30);

export const UsageMetadata = z.object({
  promptTokenCount: count,
  promptTokensDetails: Split,
  toolUsePromptTokenCount: count,
  candidatesTokenCount: count,
  candidatesTokensDetails: Split,
  thoughtsTokenCount: count,
  totalTokenCount: count,
  serviceTier: word,
});

type Written = z.infer<typeof UsageMetadata>;
type Report = Omit<Written, (typeof COUNTS)[number]> &
  Record<(typeof COUNTS)[number], number | null | undefined>;

/** What was reported; `problem` says why it cannot be believed, as a clause. */
export interface ReadUsage {
  readonly usage: Usage | null;
  readonly problem: string | null;
}

const unknown = (problem: string | null = null): ReadUsage => ({ usage: null, problem });

/** The tokens that were reported; no usage when the report does not say enough to bill by it. */
export function usageOf(written: Written): ReadUsage {
  const odd = COUNTS.flatMap((name) => {
    const value = written[name];
    return typeof value === 'object' && value !== null ? [`${name} is ${value.noCount}`] : [];
  });
  if (odd.length > 0) return unknown(odd.join(', '));
  const report: Report = { ...written, ...numbersIn(written) };
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount, totalTokenCount } = report;
  if (!known(promptTokenCount)) return unknown();
  if (contradictsTotal(report)) return unknown(`a total of ${totalTokenCount} is not the sum of its parts`);
  const prompt = promptTokenCount + stated(report.toolUsePromptTokenCount, 0);
  const output = known(totalTokenCount) ? Math.max(totalTokenCount - prompt, 0) : null;
  const thoughts = stated(thoughtsTokenCount, unlistedThoughts(report, output));
  const imageOutput = tokensOf('IMAGE', report.candidatesTokensDetails);
  if (!known(candidatesTokenCount) && output === null) return unknown();
  const candidates = stated(candidatesTokenCount, Math.max((output ?? 0) - thoughts, 0));
  return {
    problem: null,
    usage: {
      prompt,
      promptText: tokensOf('TEXT', report.promptTokensDetails),
      promptImage: tokensOf('IMAGE', report.promptTokensDetails),
      // Where the split says more than the sum, the dearer of the two is taken.
      candidates: Math.max(candidates, stated(imageOutput, 0)),
      imageOutput,
      thoughts,
      total: stated(totalTokenCount, prompt + candidates + thoughts),
      lane: LANE_OF_TIER[report.serviceTier?.toLowerCase() ?? ''] ?? null,
    },
  };
}

function numbersIn(written: Written): Record<(typeof COUNTS)[number], number | null> {
  const number = (name: (typeof COUNTS)[number]): number | null => {
    const value = written[name];
    return typeof value === 'number' ? value : null;
  };
  return {
    promptTokenCount: number('promptTokenCount'),
    toolUsePromptTokenCount: number('toolUsePromptTokenCount'),
    candidatesTokenCount: number('candidatesTokenCount'),
    thoughtsTokenCount: number('thoughtsTokenCount'),
    totalTokenCount: number('totalTokenCount'),
  };
}

/**
 * A total holds all of its parts. Some refusals count their thoughts among the candidates too, tokens of tools may be left
 * out of it, and it may hold thoughts that are not listed; anything else was made up.
 */
function contradictsTotal(report: Report): boolean {
  const { totalTokenCount: total, promptTokenCount, candidatesTokenCount, thoughtsTokenCount } = report;
  if (!known(total)) return false;
  const prompt = stated(promptTokenCount, 0);
  const candidates = stated(candidatesTokenCount, 0);
  const thoughts = stated(thoughtsTokenCount, 0);
  if (total < prompt + Math.max(candidates, thoughts)) return true;
  const isListed = known(candidatesTokenCount) && known(thoughtsTokenCount);
  const sum = prompt + candidates + thoughts + stated(report.toolUsePromptTokenCount, 0);
  return isListed && total > sum;
}

/** Google's JSON leaves zeros out, so no thoughts means none, unless the total holds more than the rest explains. */
const unlistedThoughts = ({ candidatesTokenCount }: Report, output: number | null): number =>
  output !== null && known(candidatesTokenCount) ? Math.max(output - candidatesTokenCount, 0) : 0;

const known = (count: number | null | undefined): count is number => typeof count === 'number';

const stated = (count: number | null | undefined, otherwise: number): number =>
  known(count) ? count : otherwise;

/** The tokens of one modality; null where the report does not split them. */
function tokensOf(modality: string, split: Report['promptTokensDetails']): number | null {
  if (!split || split.length === 0) return null;
  return split
    .filter((share) => share.modality === modality)
    .reduce((sum, { tokenCount }) => sum + stated(tokenCount, 0), 0);
}

const LANE_OF_TIER: Readonly<Record<string, Lane>> = { standard: 'now', flex: 'flex', priority: 'priority' };
