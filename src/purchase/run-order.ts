import type { Model } from '../core/catalogue/model.ts';
import { next, type Chances, type Next, type Tried } from '../core/policy/next-try.ts';
import { Failure } from '../core/errors.ts';
import { notAsked } from '../core/order/fallback.ts';
import { format, sum } from '../core/pricing/money.ts';
import { portion } from '../core/order/order.ts';
import { quote } from '../core/pricing/quote.ts';
import type { Offer } from '../core/order/route.ts';
import { counted, excerpt } from '../core/text/text.ts';
import type { RunStart, SavePlan } from '../ports/index.ts';
import { purchase, type PurchaseWorld } from './send-all.ts';
import type { Saver } from './save.ts';
import { missing, shares, spentOn, triedIn, type Round } from './tries.ts';

/** What to buy, and what may be tried when that fails. */
export interface Errand {
  readonly offer: Offer;
  /** `fallback` where the model that was named is no more. */
  readonly why: 'first' | 'fallback';
  readonly run: RunStart;
  readonly chances: Chances;
  /** Repeats of a refusal that nobody asked for keep to the price that was said. */
  readonly keepsToPrice: boolean;
  /** The same order of another model; Failure says why it cannot be. */
  readonly offerOf: (model: string, pictures: readonly number[]) => Offer;
  readonly turns?: ChancesWorld['turns'];
  /** Who else hears of the pictures. */
  readonly listener?: Pick<Saver, 'onPicture'> | undefined;
  /** Where these pictures of the order go, proven writable. */
  readonly placeFor: (model: Model, pictures: readonly number[]) => Promise<SavePlan>;
}

export interface ChancesWorld extends PurchaseWorld {
  readonly concurrency: number;
  /** When the pictures of a round are held, before they are asked for. */
  readonly onRound: (offer: Offer) => void;
  /** What is tried next and why, or why it is not: a sentence. */
  readonly onRemark: (remark: string) => void;
}

/** What happened, round by round. */
export interface History {
  readonly rounds: readonly Round[];
  readonly remarks: readonly string[];
}

/** Numbers of the pictures of an order. */
export const everyPicture = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => index);

/** Buys an order, and what is missing of it again or elsewhere, as far as the user allows. `save` is for the first round. */
export async function buy(errand: Errand, save: SavePlan, world: ChancesWorld): Promise<History> {
  const pictures = everyPicture(errand.offer.order.count);
  await world.books.ledger.begin(errand.run);
  const first = await round(errand, { ...errand, pictures }, save, world);
  const rounds = [first];
  const tried: Tried[] = [triedIn(first)];
  const remarks: string[] = [];
  const remark = (text: string): void => {
    remarks.push(text);
    world.onRemark(text);
  };
  for (let step = next(tried, errand.chances); step; step = next(tried, errand.chances)) {
    if (world.stop.aborted) {
      remark('Cancelled, so nothing more is tried.');
      break;
    }
    try {
      const offer = offerFor(step, errand, rounds);
      const place = await errand.placeFor(offer.order.model, step.pictures);
      const sayWhy = (): void => {
        remark(intention(step, offer, rounds));
        if (step.why === 'fallback') offer.quote.warnings.forEach(remark);
      };
      const done = await round(errand, { ...step, offer }, place, world, sayWhy);
      rounds.push(done);
      tried.push(triedIn(done));
    } catch (error) {
      // What was bought so far must be reported, so not even a bug ends it here.
      remark(omission(step, error, rounds));
      tried.push({ why: step.why, fates: null });
    }
  }
  return { rounds, remarks };
}

async function round(
  { run }: Errand,
  { why, offer, pictures }: Omit<Round, 'results'>,
  save: SavePlan,
  world: ChancesWorld,
  sayWhy?: () => void,
): Promise<Round> {
  const onHeld = (): void => {
    sayWhy?.();
    world.onRound(offer);
  };
  const { concurrency } = world;
  return {
    why,
    offer,
    pictures,
    results: await purchase({ ...offer, save, run, concurrency, onHeld }, world),
  };
}

/** Priced anew for the pictures that are missing. */
function offerFor(step: Next, errand: Errand, rounds: readonly Round[]): Offer {
  if (step.why === 'fallback') {
    const offer = errand.offerOf(step.model, step.pictures);
    const { id } = offer.order.model;
    if (rounds.some((round) => round.offer.order.model.id === id)) {
      throw new Failure('usage', `${id} was asked before.`);
    }
    return offer;
  }
  const { order, quote: before } = latest(rounds).offer;
  const { prompts } = errand.offer.order;
  const again = portion({ ...order, ...(prompts && { prompts }) }, step.pictures);
  const offer = { order: again, quote: quote(again, before.day, before.priceHistory) };
  if (step.why === 'refused' && errand.keepsToPrice) keepToPrice(offer, rounds);
  return offer;
}

/** Whoever said nothing about repeats agreed to the price of the order, so the repeat must be expected to fit into it. */
function keepToPrice({ quote }: Offer, rounds: readonly Round[]): void {
  const said = sum(rounds.filter(({ why }) => why !== 'refused').map(({ offer }) => offer.quote.high));
  const total = sum([spentOn(rounds.flatMap(({ results }) => results)), quote.expected]);
  if (total <= said) return;
  throw new Failure(
    'budget',
    `It would come to ${format(total)}, and ${format(said)} was said at most; --refusal-retries or --max-cost allows more.`,
  );
}

function latest(rounds: readonly Round[]): Round {
  const round = rounds.at(-1);
  if (round === undefined) throw new TypeError('nothing was asked yet');
  return round;
}

// ---------------------------------------------------------------- what is said of it

function intention({ why, pictures }: Next, { order, quote }: Offer, rounds: readonly Round[]): string {
  const { name, id } = order.model;
  const isOther = why === 'fallback';
  const ask = isOther ? `${name} (${id}) is asked` : `${name} is asked again`;
  const price = `${counted(pictures.length, 'image')}, at most ${format(quote.high)}`;
  const last = lastAsked(pictures, rounds);
  const before = isOther && last ? `${last.model}: ` : '';
  return `${ask} for ${price}. ${before}${excerpt(last?.why ?? '')}`;
}

/** Who failed to bring these pictures, and why. */
function lastAsked([picture = 0]: readonly number[], rounds: readonly Round[]) {
  for (const round of rounds.toReversed()) {
    const share = shares(round).find((share) => missing(share).includes(picture));
    if (share) return { model: round.offer.order.model.name, why: share.result.failure?.message ?? '' };
  }
  return null;
}

function omission(step: Next, error: unknown, rounds: readonly Round[]): string {
  const failure =
    error instanceof Failure ? error : new Failure('bug', `Unexpected: ${excerpt(String(error), 200)}`);
  if (step.why === 'fallback') return notAsked(step.model, failure);
  return `${latest(rounds).offer.order.model.name} is not asked again: ${failure.message}`;
}
