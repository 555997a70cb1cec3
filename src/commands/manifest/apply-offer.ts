import { Failure, usageFailure } from '../../core/errors.ts';
import type { Tier } from '../../core/catalogue/account-limits.ts';
import type { Range } from '../../core/manifest/price.ts';
import { lanesIn, type Tally } from '../../core/manifest/tally.ts';
import { atMost, format, sum, usd } from '../../core/pricing/money.ts';
import { counted, thousands } from '../../core/text/text.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import { isBatch } from '../../project/apply.ts';
import type { Action, PictureTask } from '../../project/actions.ts';
import type { Project } from '../../project/project.ts';
import { agreed } from '../../purchase/consent.ts';
import type { ApplyFlags } from './apply-flags.ts';
import { lanesLine } from './plan-output.ts';
import { buys, type Difference } from './apply-plan.ts';

/** What is to be done, and for how much, before it is. */
export function announce(
  tasks: readonly PictureTask[],
  price: Range,
  tally: Tally,
  kept: number,
  tier: Tier | undefined,
  terminal: Terminal,
): void {
  if (tasks.length === 0) {
    terminal.note(`plan   nothing to do: ${counted(kept, 'picture')} as wanted`);
    return;
  }
  const bought = buys(tasks);
  const count = (...kinds: readonly Action['kind'][]): number =>
    tasks.filter(({ action }) => kinds.includes(action.kind)).length;
  const awaited = count('await');
  const came = tasks.filter(hasCome).length;
  const free = tasks.length - count('buy', 'refuse', 'await') - came;
  const underWay = awaited === 0 ? '' : `${awaited} under way, `;
  const late = came === 0 ? '' : `${came} that came by batch, `;
  const impossible = tasks.filter(
    ({ planned, action }) => planned.impossible !== null && action.kind === 'refuse',
  ).length;
  const never = impossible === 0 ? '' : `, ${thousands(impossible)} that cannot be bought`;
  terminal.note(
    `plan   ${thousands(bought)} to buy, ${underWay}${late}${free} at no cost, ${thousands(kept)} as wanted${never}`,
  );
  if (bought > 0) announcePrice(price, tally, tier, terminal);
}

/** What it will cost, and in which lanes where there are several. */
export function announcePrice(
  price: Range,
  tally: Tally,
  tier: Tier | undefined,
  terminal: Pick<Terminal, 'note'>,
): void {
  terminal.note(
    `price  ${format(price.expected)} expected; from ${format(price.low)}, at most ${atMost(price.high)}`,
  );
  if (lanesIn(tally).some(([lane]) => lane !== 'now')) terminal.note(lanesLine(tally, tier));
}

/** A job asks its models once; what fails in it is asked for again by the next apply. Failure `usage` where nothing else is bought. */
export function checkFallback(tasks: readonly PictureTask[], terminal: Terminal): void {
  const left = tasks.filter((task) => isBatch(task) && (task.planned.quoted?.fallback.length ?? 0) > 0);
  if (left.length === 0) return;
  if (left.length === buys(tasks))
    throw usageFailure(
      '--fallback is for the other lanes.',
      'The next pixtab apply asks again for what failed.',
    );
  terminal.note(
    `note   --fallback is for the other lanes, and ${counted(left.length, 'picture')} of these by batch`,
  );
}

/**
 * Pictures are moved away as they are bought: asked first where they are dear, and where none would be left, as after a
 * manifest was emptied. Failure `budget` where nobody can be asked, and --yes did not say so before.
 */
export async function consentToPrune(
  { orphans, wanted }: Pick<Difference, 'orphans' | 'wanted'>,
  { lock }: Project,
  { prune, only, yes, askAbove, input }: ApplyFlags,
  { confirm }: Pick<Deps, 'confirm'>,
  terminal: Terminal,
): Promise<void> {
  if (!prune || only !== undefined || yes || orphans.length === 0) return;
  const worth = sum(orphans.map((id) => usd(lock.of(id)[0]?.cost ?? '0')));
  const [isAll, isDear] = [wanted.size === 0, worth > askAbove];
  if (!isAll && !isDear) return;
  const which = isAll ? `all ${counted(orphans.length, 'picture')}` : counted(orphans.length, 'picture');
  const what = `--prune moves ${which} away, which cost ${format(worth)}`;
  if (await agreed(`${what}. Move them?`, input, { confirm, terminal })) return;
  throw new Failure('budget', `${what}, and nobody can be asked.`, {
    hint: 'Nothing was bought or moved. Allow it with --yes.',
    charged: 'no',
  });
}

const hasCome = ({ action }: PictureTask): boolean =>
  action.kind === 'adopt' && action.receipt.attempt.lane === 'batch';
