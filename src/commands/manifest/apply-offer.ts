import type { Range } from '../../core/manifest/price.ts';
import { lanesIn, type Tally } from '../../core/manifest/tally.ts';
import { format } from '../../core/pricing/money.ts';
import { counted } from '../../core/text/text.ts';
import type { Terminal } from '../../ports/index.ts';
import type { Action, PictureTask } from '../../project/actions.ts';
import { sharesText } from './plan-output.ts';
import { buys } from './apply-plan.ts';

/** What is to be done, and for how much, before it is. */
export function announce(
  tasks: readonly PictureTask[],
  price: Range,
  tally: Tally,
  kept: number,
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
  terminal.note(`plan   ${bought} to buy, ${underWay}${late}${free} at no cost, ${kept} as wanted`);
  if (bought > 0) {
    terminal.note(
      `price  ${format(price.expected)} expected; from ${format(price.low)}, at most ${format(price.high)}`,
    );
    if (lanesIn(tally).some(([lane]) => lane !== 'now')) terminal.note(`lanes  ${sharesText(tally)}`);
  }
}

const hasCome = ({ action }: PictureTask): boolean =>
  action.kind === 'adopt' && action.receipt.attempt.lane === 'batch';
