import { z } from 'zod';
import { asFailure, Failure } from '../../core/errors.ts';
import { refuseUnable } from '../../core/providers/capabilities.ts';
import type { QuotedOrder, Route } from '../../core/order/route.ts';
import { atMost, format, toDecimal, usd, type Usd } from '../../core/pricing/money.ts';
import { aliasOf } from '../../core/catalogue/catalogue.ts';
import { counted } from '../../core/text/text.ts';
import type { AgentAnswer, AgentCall, AgentQuestion, AgentReply, Books } from '../../ports/index.ts';
import { lineJson } from '../../purchase/json.ts';
import { orderFromFlags } from '../create/order-from-flags.ts';
import type { Bought } from '../create/output.ts';
import { asBilled, purchased } from '../create/run.ts';
import { refuseAbove } from '../shared/cost-limit.ts';
import { noteInToolWords, sandboxNote } from './advice.ts';
import { allowanceJson, allowancesOf } from './grant.ts';
import { tool, type AgentContext } from './context.ts';
import { inSession, runOf, type RunOfKey } from './keyed.ts';
import {
  checkPlace,
  placeNotes,
  OF_IMAGES,
  ORDER,
  prepared,
  WITH_IMAGES,
  type OrderArgs,
  type Prepared,
} from './order.ts';
import { checkConfirmed, QUOTE_MS, quotedHigh, quoteId, signingIn } from './quotes.ts';
import {
  AllowancesShape,
  ErrorShape,
  nothingBought,
  purchaseAnswer,
  PurchaseShape,
  underWay,
  untold,
} from './result.ts';

// Quote, confirm, buy.

const AMOUNT = z
  .union([z.string().regex(/^\d{1,9}(?:\.\d{1,9})?$/), z.number().min(0).max(1e6)])
  .describe('dollars, such as "0.04": at least the high of the quote');

const CONFIRMED = {
  quote_id: z.string().min(1).max(200).describe('of estimate_image, for exactly these parameters'),
  confirm_cost: AMOUNT,
  idempotency_key: z
    .string()
    .regex(/^[\x21-\x7E](?:[\x20-\x7E]{0,198}[\x21-\x7E])?$/)
    .describe(
      'a name of this one purchase, up to 200 letters, digits and signs of ASCII: the same key never buys twice, and brings its result again',
    ),
};
const Confirmed = z.object(CONFIRMED);
type Confirmed = z.infer<typeof Confirmed>;

const QuoteShape = z.looseObject({
  quote: z
    .looseObject({
      id: z.string(),
      validUntil: z.string(),
      low: z.string(),
      expected: z.string(),
      high: z.string(),
    })
    .nullable(),
  model: z.string().nullable(),
  lane: z.string().nullable(),
  allowances: AllowancesShape,
  warnings: z.array(z.string()),
  error: ErrorShape,
});

/** Chooses the model and says the price, as the purchase does it. */
async function offered({ wanted, flags }: Prepared, context: AgentContext): Promise<Route> {
  const { deps, settings } = context;
  const { taken } = await orderFromFlags(wanted, flags, settings, deps.clock.now(), deps);
  refuseUnable(settings.profile, taken.order);
  return flags.lane === 'batch' ? taken : { ...taken, ...(await asBilled(taken, settings, deps)) };
}

export const estimateImage = tool({
  name: 'estimate_image',
  title: 'Price of a picture',
  about:
    'Says what a picture, or a change to pictures, would cost, and gives a quote to buy it with. Costs nothing and needs no network.',
  input: z.strictObject(WITH_IMAGES),
  output: QuoteShape,
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  nothing: () => ({ quote: null, model: null, lane: null, allowances: null, warnings: [] }),
  async run(args, call, context) {
    const order = await prepared(args, call, context);
    return 'wantsRoots' in order ? order : quoteAnswer(order, context);
  },
});

async function quoteAnswer(wish: Prepared, context: AgentContext): Promise<AgentAnswer> {
  const { deps } = context;
  const offer = await offered(wish, context);
  const { order, quote, why } = offer;
  const said = [...offer.notices, ...quote.warnings].map(noteInToolWords);
  const warnings = [...(await placeNotes(wish, order.model, context)), ...said];
  const until = deps.clock.now() + QUOTE_MS;
  const { id, standings } = await inSession(context, async ({ books }) => ({
    id: quoteId(quotedFor(wish, offer, context), until, await signingIn(books, context)),
    standings: await allowancesOf(context, books),
  }));
  const [low, expected, high] = [quote.low, quote.expected, quote.high].map(toDecimal);
  const validUntil = new Date(until).toISOString();
  const [tightest] = standings.map(allowanceJson);
  const purse =
    tightest === undefined
      ? 'There is no allowance: nothing can be bought.'
      : `Left of the allowance: $${tightest.left}.`;
  return {
    text: [
      `${format(quote.expected)} expected, at most ${atMost(quote.high)}, for ${counted(order.count, 'picture')} from ${aliasOf(order.model.id)}: ${why}.`,
      `To buy it: ${order.inputs.length > 0 ? 'edit_image' : 'generate_image'} with the same parameters, quote_id ${id}, confirm_cost ${high} and an idempotency_key of yours, until ${validUntil}.`,
      purse,
      ...warnings.map((warning) => `note: ${warning}`),
      ...sandboxNote(context),
    ].join('\n'),
    structured: {
      quote: { id, validUntil, low, expected, high, lines: quote.lines.map(lineJson) },
      model: order.model.id,
      lane: order.lane,
      size: order.size,
      aspect: order.aspect,
      count: order.count,
      allowances: standings.map(allowanceJson),
      warnings,
      error: null,
    },
    isError: false,
    pictures: [],
    links: [],
  };
}

const quotedFor = ({ order }: Prepared, offer: Route, { agent, flags }: AgentContext) => ({
  order,
  offer,
  agent,
  project: flags.project ?? null,
});

const BUYS = { readOnly: false, destructive: true, idempotent: true, openWorld: true } as const;

export const generateImage = tool({
  name: 'generate_image',
  title: 'Buy a picture',
  about:
    'Buys what estimate_image gave a quote for. Spends money of the allowance. The same idempotency_key never buys twice.',
  input: z.strictObject({ ...ORDER, ...CONFIRMED }),
  output: PurchaseShape,
  hints: BUYS,
  nothing: nothingBought,
  run: buy,
});

export const editImage = tool({
  name: 'edit_image',
  title: 'Buy a change to pictures',
  about:
    'Buys a changed picture that estimate_image gave a quote for; the pictures that go in stay as they are. Spends money of the allowance. The same idempotency_key never buys twice.',
  input: z.strictObject({ ...OF_IMAGES, ...CONFIRMED }),
  output: PurchaseShape,
  hints: BUYS,
  nothing: nothingBought,
  run: buy,
});

async function buy(
  { quote_id, confirm_cost, idempotency_key: key, ...args }: OrderArgs & Confirmed,
  call: AgentCall,
  context: AgentContext,
): Promise<AgentReply> {
  const wish = await prepared(args, call, context);
  if ('wantsRoots' in wish) return wish;
  const once = { key, order: wish.order };
  const known = await runOf(once, context);
  if (known !== null) return repeated(known, context);
  const amount = amountIn(confirm_cost);
  const offer = await checked(wish, quote_id, amount, context);
  const { flags } = context;
  const maxCost = flags.maxCost !== undefined && flags.maxCost < amount ? flags.maxCost : amount;
  // Nobody is asked for what would be refused all the same.
  refuseAbove(maxCost, offer.quote, 'ask for less');
  const question = questionFor(offer, call, context);
  if (question !== null) return question;
  context.buying.add(once);
  const result = await purchased(
    { ...wish.wanted, buyer: { agent: context.agent, once } },
    { ...wish.flags, maxCost },
    context.deps,
    context.terminal,
  ).finally(() => context.buying.delete(once));
  if (result.failure?.code === 'key-in-use') {
    const other = await runOf(once, context);
    if (other !== null) return repeated(other, context);
  }
  try {
    return await toldOf(result, offer, context);
  } catch (error) {
    throw untold(result, asFailure(error));
  }
}

/** What became of a purchase, as the ledger has it. Throws its failure where nothing of it was held. */
async function toldOf(
  { failure, runId, remarks }: Bought,
  offer: Route,
  context: AgentContext,
): Promise<AgentAnswer> {
  const isHeld = runId !== null && (await inSession(context, ({ books }) => wasHeld(runId, books)));
  if (failure !== null && !isHeld) throw failure;
  if (runId === null) throw new TypeError('a purchase without a run');
  const warnings = [...offer.notices, ...remarks];
  return inSession(context, ({ books }) =>
    purchaseAnswer({ runId, repeated: false, failure, warnings }, books, context),
  );
}

const wasHeld = async (runId: string, { ledger }: Books): Promise<boolean> =>
  (await ledger.receipts({ by: 'run', value: runId })).length > 0;

function repeated({ runId, isOpen }: RunOfKey, context: AgentContext): Promise<AgentAnswer> {
  const failure = isOpen ? underWay() : null;
  return inSession(context, ({ books }) =>
    purchaseAnswer({ runId, repeated: true, failure }, books, context),
  );
}

/** The offer, where quote and confirmation are for it. */
async function checked(wish: Prepared, id: string, confirmed: Usd, context: AgentContext): Promise<Route> {
  const offer = await offered(wish, context);
  const quoted = quotedFor(wish, offer, context);
  const signing = await inSession(context, ({ books }) => signingIn(books, context));
  const high = quotedHigh(id, quoted, context.deps.clock.now(), signing);
  checkConfirmed(confirmed, high);
  if (offer.quote.high > high)
    throw new Failure('budget', `The price is ${atMost(offer.quote.high)} at most now, above the quote.`, {
      code: 'price-changed',
      hint: 'Nothing was sent. Call estimate_image once more.',
    });
  await checkPlace(wish, offer.order.model, context);
  return offer;
}

/** What is dear is put to the user, where the client can do that; elsewhere the allowance speaks for them. */
function questionFor(
  { order, quote }: QuotedOrder,
  { can, answers }: AgentCall,
  { flags, settings }: AgentContext,
): AgentQuestion | null {
  if (answers.agreed === false)
    throw new Failure('cancelled', 'The user does not want it bought.', { charged: 'no', code: 'declined' });
  if (quote.expected <= flags.askAbove || !can.ask || answers.agreed) return null;
  const what = `${counted(order.count, 'picture')} from ${order.model.name}`;
  return {
    question: `${what}: ${format(quote.expected)} expected, at most ${atMost(quote.high)}${settings.sandbox ? ', and no money in the sandbox' : ''}. Buy it?`,
    wantsRoots: order.inputs.length > 0 && can.listRoots,
  };
}

/** A number is read to the nano-dollar. */
const amountIn = (said: string | number): Usd => usd(typeof said === 'string' ? said : said.toFixed(9));
