import { z } from 'zod';
import { aliasOf, findModel, lanesOf, sizesOf, statusOf } from '../../core/catalogue/catalogue.ts';
import { listPrice } from '../../core/catalogue/list-price.ts';
import type { Day, Model } from '../../core/catalogue/model.ts';
import { dayOf } from '../../core/policy/calendar.ts';
import { format, sum, toDecimal } from '../../core/pricing/money.ts';
import { totalOf } from '../../core/pricing/spend.ts';
import { excerpt } from '../../core/text/text.ts';
import type { AgentAnswer, Books, Receipt } from '../../ports/index.ts';
import { costOf, outcomeIn, reasonIn } from '../ledger/purchases.ts';
import { modelJson } from '../prices/models.ts';
import { modelsFor } from '../shared/price-flags.ts';
import { sandboxNote } from './advice.ts';
import { allowanceJson, allowancesOf } from './grant.ts';
import { tool, type AgentContext } from './context.ts';
import { finish, inSession, ownAnswers } from './keyed.ts';
import { AllowancesShape, ErrorShape, linkTo } from './result.ts';

// What costs nothing.

const FREE = { readOnly: true, destructive: false, idempotent: true, openWorld: false } as const;

export const listModels = tool({
  name: 'list_models',
  title: 'Models and prices',
  about:
    'Lists the image models that live, with the price of one picture by size; with a name, all about that model.',
  input: z.strictObject({ model: z.string().min(1).max(100).describe('an id or an alias').optional() }),
  output: z.looseObject({ models: z.array(z.looseObject({ id: z.string() })), error: ErrorShape }),
  hints: FREE,
  nothing: () => ({ models: [] }),
  async run({ model: name }, _, { deps, flags }) {
    const day = dayOf(deps.clock.now());
    const all = await modelsFor(flags, deps);
    const wanted =
      name === undefined ? all.filter((model) => statusOf(model, day) !== 'retired') : [findModel(name, all)];
    const models = wanted.map((model) => (name === undefined ? briefly(model, day) : modelJson(model, day)));
    return said(JSON.stringify(models), { models });
  },
});

function briefly(model: Model, day: Day) {
  const prices = sizesOf(model).flatMap((size) => {
    const found = listPrice(model, 'now', size, day);
    return found ? [[size, toDecimal(found.price)] as const] : [];
  });
  return {
    id: model.id,
    alias: aliasOf(model.id, [model]),
    status: statusOf(model, day),
    lanes: lanesOf(model, day),
    can: model.abilities,
    perPicture: Object.fromEntries(prices),
  };
}

export const spending = tool({
  name: 'spending',
  title: 'What was spent, and what is left',
  about: 'Says what is left of the allowance, and what this agent bought last.',
  input: z.strictObject({
    requests: z
      .int()
      .min(0)
      .max(50)
      .describe('a whole number of the last requests; 10 without it')
      .optional(),
  }),
  output: z.looseObject({
    allowances: AllowancesShape,
    settled: z.string().nullable(),
    unconfirmed: z.string().nullable(),
    held: z.string().nullable(),
    requests: z.array(z.looseObject({ id: z.string(), outcome: z.string() })),
    error: ErrorShape,
  }),
  hints: FREE,
  nothing: () => ({ allowances: null, settled: null, unconfirmed: null, held: null, requests: [] }),
  run: ({ requests = 10 }, _, context) => inSession(context, ({ books }) => spent(requests, books, context)),
});

async function spent(limit: number, books: Books, context: AgentContext) {
  const filter = { since: null, until: null, agent: context.agent };
  const total = totalOf(await books.ledger.spending({ ...filter, by: 'model' }));
  const requests = limit === 0 ? [] : await books.ledger.history({ ...filter, limit });
  const standings = await allowancesOf(context, books);
  const allowances = standings.map(allowanceJson);
  const lines = [
    allowances.length === 0
      ? 'There is no allowance: nothing can be bought.'
      : allowances.map(({ allowance, left }) => `${allowance}: $${left} left`).join('; '),
    `spent ${format(sum([total.settled, total.unconfirmed]))} so far, of which ${format(total.unconfirmed)} perhaps; ${format(total.held)} held`,
    ...requests.map(lineOf),
    ...sandboxNote(context),
  ];
  return said(lines.join('\n'), {
    allowances,
    settled: toDecimal(total.settled),
    unconfirmed: toDecimal(total.unconfirmed),
    held: toDecimal(total.held),
    requests: requests.map(requestJson),
  });
}

function requestJson(receipt: Receipt) {
  const { attempt, run, heldAt, images } = receipt;
  const cost = costOf(receipt);
  return {
    id: attempt.attemptId,
    runId: run.runId,
    idempotencyKey: run.once?.key ?? null,
    at: new Date(heldAt).toISOString(),
    model: attempt.model,
    prompt: excerpt(attempt.prompt, 200),
    outcome: outcomeIn(receipt),
    reason: reasonIn(receipt),
    charged: cost?.charged ?? null,
    amount: cost?.amount ?? null,
    paths: images.map(({ absolutePath }) => absolutePath),
  };
}

function lineOf(receipt: Receipt): string {
  const cost = costOf(receipt);
  const key = receipt.run.once?.key;
  return `${outcomeIn(receipt)} ${cost ? `$${cost.amount}` : 'held'} "${excerpt(receipt.attempt.prompt, 60)}"${key === undefined ? '' : ` (key ${key})`}`;
}

export const recoverPaid = tool({
  name: 'recover',
  title: 'Finish what was paid for',
  about:
    'Puts pictures in their places that were paid for and interrupted, as by a crash. Costs nothing, sends nothing.',
  input: z.strictObject({}),
  output: z.looseObject({
    finished: z.array(z.looseObject({ id: z.string(), status: z.string(), paths: z.array(z.string()) })),
    error: ErrorShape,
  }),
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: false },
  nothing: () => ({ finished: [] }),
  run: (_args, _call, context) =>
    inSession(context, async (session) => {
      const { books } = session;
      const own = await ownAnswers(await books.journal.ids(), context, books);
      const done = await finish(own, session, context);
      const receipts = await Promise.all(own.map((value) => books.ledger.receipts({ by: 'attempt', value })));
      const images = receipts.flat().flatMap((receipt) => receipt.images);
      const finished = done.map(({ entry, status, failure }) => ({
        id: entry.attemptId,
        status,
        why: failure?.message ?? null,
        paths: images
          .filter((image) => image.attemptId === entry.attemptId)
          .map(({ absolutePath }) => absolutePath),
      }));
      const lines = finished.map(({ id, status, paths }) => `${status} ${id.slice(0, 8)} ${paths.join(' ')}`);
      const links = images.map((image) => linkTo(image, context.folder));
      return said(lines.join('\n') || 'There is nothing to finish.', { finished }, links);
    }),
});

const said = (
  text: string,
  structured: AgentAnswer['structured'],
  links: AgentAnswer['links'] = [],
): AgentAnswer => ({ text, structured: { ...structured, error: null }, isError: false, pictures: [], links });
