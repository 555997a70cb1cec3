import { findModel } from '../../core/catalogue/catalogue.ts';
import { Failure, usageFailure } from '../../core/errors.ts';
import { askedIn, canonical } from '../../core/manifest/fingerprint.ts';
import { priced, toDecimal, ZERO } from '../../core/pricing/money.ts';
import { portion, type Order } from '../../core/order/order.ts';
import { quote } from '../../core/pricing/quote.ts';
import type { Route } from '../../core/order/route.ts';
import { dayOf } from '../../core/policy/calendar.ts';
import { printable } from '../../core/text/text.ts';
import type { Deps, SavedImage, Settings, Terminal } from '../../ports/index.ts';
import type { PurchaseRequest } from '../../purchase/request.ts';
import type { Numbered } from '../../purchase/summary.ts';
import { everyPicture, type Try } from '../../purchase/tries.ts';
import { save } from '../../purchase/save.ts';
import type { PaidPicture, Saver } from '../../purchase/types.ts';
import { onlyBuyer } from './one-buyer.ts';
import type { PromptAndInputs } from './order-from-flags.ts';
import type { BuyFlags } from './flags.ts';
import { storeFor } from '../shared/store-flags.ts';

/** What the store has of an order, and what is left to buy of it. Pictures go by their numbers within the order. */
export interface Cache {
  readonly isWhole: boolean;
  /** The part that has to be bought, priced. */
  readonly route: Route;
  /** Puts what the store has in its place. */
  readonly fetch: (saver: Saver) => Promise<Numbered>;
  /** Asks for that part, and keeps what comes. */
  readonly request: (whole: PurchaseRequest) => PurchaseRequest;
  /** Others may buy the same again. */
  readonly release: () => void;
  /** Tries of that request, by the numbers of the whole order. */
  readonly renumbered: (tries: readonly Try[]) => readonly Try[];
}

/** Looks for the pictures of an order under the hashes that the same pictures have in a manifest. */
export async function cacheFor(
  {
    wanted,
    whole,
    placeFor,
  }: Pick<PurchaseRequest, 'placeFor'> & { readonly wanted: PromptAndInputs; readonly whole: Route },
  flags: BuyFlags,
  settings: Settings,
  deps: Deps,
  terminal: Terminal,
): Promise<Cache> {
  refuseWhatIsNotKept(wanted, flags);
  const { order } = whole;
  const hashOf = hashing(wanted, order, flags, deps.sha256);
  const store = await storeFor(settings, flags, deps);
  // Of two at one moment, the second finds in the store what the first has bought.
  const words = [...new Set(order.prompts ?? [order.prompt])].map((one) => order.prompts?.indexOf(one) ?? 0);
  const release = flags.dryRun
    ? () => {}
    : await onlyBuyer(
        words.map((picture) => hashOf(picture, order)),
        deps,
        terminal,
      );
  const found: number[] = [];
  const missing: number[] = [];
  for (const picture of everyPicture(order.count)) {
    // Read and let go: a hundred pictures may be more than fits into memory.
    const isThere = (await store.get(hashOf(picture, order))) !== null;
    (isThere ? found : missing).push(picture);
  }
  const numbersOf = (part: readonly number[]): readonly number[] =>
    part.flatMap((index) => missing[index] ?? []);

  async function keep(picture: number, { bytes, paid: { plan, bill } }: PaidPicture): Promise<void> {
    const { model, size, aspect, images } = plan;
    const made = { model: findModel(model), size, aspect, thinking: flags.thinking ?? null };
    const cost = toDecimal(priced(bill?.amount ?? plan.expected, 1, images));
    const original = { bytes, model, cost, date: dayOf(deps.clock.now()) };
    // A store is a help, and no reason to stop.
    await store.put(hashOf(picture, made), original).catch((error: unknown) => {
      terminal.note(`note   ${printable(error instanceof Error ? error.message : String(error))}`);
    });
  }

  return {
    release,
    isWhole: missing.length === 0,
    route: found.length === 0 ? whole : rest(whole, missing),
    async fetch(saver) {
      const images = new Map<number, SavedImage>();
      if (found.length === 0) return images;
      const plan = await placeFor(order.model, found);
      for (const [index, picture] of found.entries()) {
        const original = await store.get(hashOf(picture, order));
        if (original === null) throw new Failure('unavailable', GONE, { hint: 'Ask again.', charged: 'no' });
        const { bytes } = original;
        images.set(picture, await save({ bytes, mimeType: '' }, plan.paths[index] ?? '', plan, saver));
      }
      return images;
    },
    request(request) {
      const pictureAt = new Map<string, number>();
      return {
        ...request,
        offerOf: (model, part) => request.offerOf(model, numbersOf(part)),
        async placeFor(model, part) {
          const plan = await request.placeFor(model, numbersOf(part));
          for (const [index, path] of plan.paths.entries()) pictureAt.set(path, numbersOf(part)[index] ?? 0);
          return plan;
        },
        async onPicture(bought) {
          const picture = pictureAt.get(bought.path);
          if (picture !== undefined) await keep(picture, bought);
        },
      };
    },
    renumbered: (tries) => tries.map((made) => ({ ...made, pictures: numbersOf(made.pictures) })),
  };
}

const GONE = 'A picture left the store just now: it is full, and others were used later.';

function hashing(
  { inputs }: PromptAndInputs,
  { prompt, prompts }: Order,
  { needs = [] }: BuyFlags,
  sha256: Deps['sha256'],
) {
  const encoder = new TextEncoder();
  const shown = inputs.map(({ bytes }) => sha256(bytes));
  return (picture: number, made: Pick<Order, 'model' | 'size' | 'aspect' | 'thinking'>): string => {
    const words = prompts?.[picture] ?? prompt;
    // Every combination of words has its own first picture.
    const n = prompts ? prompts.slice(0, picture).filter((other) => other === words).length : picture;
    const asked = { needs, prompt: sha256(encoder.encode(words)), inputs: shown, n: n + 1 };
    return sha256(encoder.encode(canonical(askedIn(made, asked))));
  };
}

/** Priced for the pictures that are left. */
function rest(whole: Route, missing: readonly number[]): Route {
  const order = portion(whole.order, missing);
  if (missing.length > 0) return { ...whole, order, quote: quote(order, whole.quote.day) };
  return { ...whole, order, quote: { ...whole.quote, low: ZERO, expected: ZERO, high: ZERO, lines: [] } };
}

function refuseWhatIsNotKept({ thread }: PromptAndInputs, { lane, embed, sidecar }: BuyFlags): void {
  if (thread) throw usageFailure('A session goes on from what came before, so --cached cannot be.');
  if (lane === 'batch')
    throw usageFailure('--cached brings pictures now, and lane batch some day.', 'Leave one of them out.');
  if (embed || sidecar) {
    throw usageFailure(
      '--embed and --sidecar tell of a purchase, and --cached may bring a picture without one.',
      'Leave one of them out.',
    );
  }
}
