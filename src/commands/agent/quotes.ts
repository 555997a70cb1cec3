import { Failure } from '../../core/errors.ts';
import type { QuotedOrder } from '../../core/order/route.ts';
import { format, nano, toDecimal, type Usd } from '../../core/pricing/money.ts';
import { sellerOf } from '../../core/providers/sold-by.ts';
import type { Books, Deps } from '../../ports/index.ts';
import type { AgentContext } from './context.ts';

/** How long a quote holds. */
export const QUOTE_MS = 15 * 60_000;

type Signing = Pick<Deps, 'sha256'> & { readonly secret: string };

/** What a quote is about: who asked, all that was asked for, and what it was answered with. */
interface Quoted {
  /** A hash of all parameters. */
  readonly order: string;
  readonly offer: QuotedOrder;
  readonly agent: string;
  readonly project: string | null;
}

/** What every server on this ledger signs with, so that a quote of one holds at the next. */
export const signingIn = async (
  { ledger }: Books,
  { deps }: Pick<AgentContext, 'deps'>,
): Promise<Signing> => ({ sha256: deps.sha256, secret: await ledger.quoteSecret(deps.newId()) });

/**
 * The id of a quote says until when it holds and how much it is at most, and is signed: nothing of it has to be kept, and
 * nobody else can make one.
 */
export function quoteId(quoted: Quoted, until: number, signing: Signing): string {
  const { high } = quoted.offer.quote;
  return `q-${until.toString(36)}-${high}-${signature(quoted, until, high, signing)}`;
}

/** The most that a quote says. Failure `usage` where it is not of this order, or does not hold any more. */
export function quotedHigh(id: string, quoted: Quoted, now: number, signing: Signing): Usd {
  const [, time = '', amount = '', mark = ''] =
    /^q-([a-z0-9]{1,12})-(\d{1,18})-([0-9a-f]{32})$/.exec(id) ?? [];
  const until = Number.parseInt(time, 36);
  const high = nano(BigInt(amount));
  if (mark === '' || signature(quoted, until, high, signing) !== mark)
    throw new Failure(
      'usage',
      'The quote is not of this order: it is bound to every parameter, and to the agent and project that asked for it.',
      {
        code: 'quote-of-another-order',
        hint: 'Call estimate_image with exactly these parameters, and take the id that it gives.',
      },
    );
  if (now > until)
    throw new Failure('usage', 'The quote holds no more.', {
      code: 'quote-expired',
      hint: 'Call estimate_image once more; it costs nothing.',
    });
  return high;
}

function signature(
  { order, offer: { order: chosen }, agent, project }: Quoted,
  until: number,
  high: Usd,
  { sha256, secret }: Signing,
): string {
  const { model, size, aspect, lane, count } = chosen;
  const said = JSON.stringify([
    agent,
    project,
    order,
    sellerOf(model),
    model.id,
    size,
    aspect,
    lane,
    count,
    until,
    toDecimal(high),
  ]);
  const hash = (text: string): string => sha256(new TextEncoder().encode(text));
  return hash(`${secret} ${hash(`${secret} ${said}`)}`).slice(0, 32);
}

/** Failure `budget` where less was confirmed than it may cost. */
export function checkConfirmed(confirmed: Usd, high: Usd): void {
  if (confirmed >= high) return;
  throw new Failure(
    'budget',
    `confirm_cost is ${format(confirmed)}, and this may cost $${toDecimal(high)}.`,
    {
      code: 'confirm-cost-too-low',
      hint: `Confirm at least ${toDecimal(high)}, if that is meant.`,
    },
  );
}
