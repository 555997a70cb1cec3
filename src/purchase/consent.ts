import { Failure } from '../core/errors.ts';
import { covers, type Purchase } from '../core/policy/budget.ts';
import { atMost, format, roundedUp, sum, toDecimal, type Usd } from '../core/pricing/money.ts';
import type { Deps, Ledger, RunStart, Terminal } from '../ports/index.ts';

/** What the user said about being asked. */
export interface ConsentFlags {
  /** Dollars above which an order is not bought for the mere asking. */
  readonly askAbove: Usd;
  readonly yes?: boolean;
  /** False by --no-input: nobody is asked, as where standard input is no terminal. */
  readonly input: boolean;
}

/** What is to be bought, as far as consent goes. */
export type Offered = Purchase & { readonly expected: Usd };

interface Listener {
  readonly confirm: Deps['confirm'];
  readonly terminal: Pick<Terminal, 'progress' | 'stdinIsTerminal'>;
}

interface Asking extends Listener {
  readonly ledger: Pick<Ledger, 'standings'>;
}

/** Whether somebody said yes; false where nobody can be asked. Failure `cancelled` where the answer is no. */
export async function agreed(
  question: string,
  input: boolean,
  { confirm, terminal }: Listener,
): Promise<boolean> {
  if (!terminal.stdinIsTerminal || !input) return false;
  // The question needs the line that a spinner has.
  const silence = terminal.progress('');
  try {
    if (await confirm(question)) return true;
  } finally {
    silence.stop();
  }
  throw new Failure('cancelled', 'Nothing was bought.', { charged: 'no' });
}

/**
 * Sees to it that what is dear was meant. On a terminal it asks; elsewhere --yes, --max-cost or a budget must have said
 * so before. Failure `budget` where nobody said so, `cancelled` where the answer is no.
 */
export async function consent(
  offered: readonly Offered[],
  { maxCost, project, agent = null }: Pick<RunStart, 'maxCost' | 'project' | 'agent'>,
  { askAbove, yes, input }: ConsentFlags,
  { ledger, ...listener }: Asking,
): Promise<void> {
  const expected = sum(offered.map((order) => order.expected));
  if (expected <= askAbove || yes) return;
  const high = sum(offered.map((order) => order.high));
  const most = high > expected ? `, at most ${atMost(high)}` : '';
  if (await agreed(`This is expected to cost ${format(expected)}${most}. Buy it?`, input, listener)) return;
  if (maxCost !== undefined && maxCost !== null) return;
  const standings = await ledger.standings();
  if (standings.some((standing) => covers(standing, offered, { project, agent }))) return;
  throw new Failure(
    'budget',
    `This is expected to cost ${format(expected)}, which is above --ask-above ${toDecimal(askAbove)}, and nobody can be asked.`,
    {
      hint: `Nothing was sent. Allow it with --yes, with --max-cost ${toDecimal(roundedUp(high))}, or by a budget.`,
      code: 'needs-consent',
    },
  );
}
