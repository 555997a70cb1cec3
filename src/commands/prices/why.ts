import { findModel } from '../../core/catalogue/catalogue.ts';
import { claimsAbout, refuted, type Claim } from '../../core/catalogue/false-claims.ts';
import type { Day, Model } from '../../core/catalogue/model.ts';
import { Failure, usageFailure } from '../../core/errors.ts';
import { atMost, format } from '../../core/pricing/money.ts';
import { quote } from '../../core/pricing/quote.ts';
import { orderFor } from '../../core/order/request.ts';
import { attempt, type QuotedOrder } from '../../core/order/route.ts';
import { thousands } from '../../core/text/text.ts';
import { quoteJson } from '../../purchase/json.ts';
import { claimJson } from '../estimate/output.ts';
import { printJson, type Context, type PricesFlags } from './shared.ts';

/** Stands for a short prompt, so that the arithmetic has a number to start from. */
const SAMPLE = 'a lighthouse at dusk';

/** The arithmetic of one picture, line by line, with the sources. */
export function why(context: Context): void {
  const { rest, flags, day, models, layout, terminal } = context;
  const [name, more] = rest;
  if (name === undefined || more !== undefined)
    throw usageFailure('prices why takes one model.', 'Say: pixtab prices why nano-banana-pro');
  const model = findModel(name, models);
  const offer = attempt(() => offerOf(model, flags, day));
  if (offer instanceof Failure) throw refuted(offer, model, { lane: flags.lane, size: flags.size ?? null });
  const claims = claimsAbout(model);
  if (layout === 'json') {
    const { lane, size, warnings } = offer.quote;
    const said = { warnings, claims: claims.map(claimJson) };
    printJson(context, { why: { model: model.id, lane, size, quote: quoteJson(offer.quote), ...said } });
    return;
  }
  for (const line of whyLines(offer, claims, day)) terminal.text(line);
  for (const warning of offer.quote.warnings) terminal.note(`note   ${warning}`);
}

function offerOf(model: Model, { lane, size }: Pick<PricesFlags, 'lane' | 'size'>, day: Day): QuotedOrder {
  const sample = { prompt: SAMPLE, inputs: [], count: 1, aspect: null, thinking: null, needs: [] };
  const order = orderFor(model, { ...sample, lane, size: size ?? null });
  return { order, quote: quote(order, day) };
}

function* whyLines({ order, quote }: QuotedOrder, claims: readonly Claim[], day: Day): Generator<string> {
  yield `${order.model.name} (${order.model.id}), one image at ${order.size}, lane ${order.lane}, on ${day}`;
  for (const line of quote.lines) {
    const { platform, source, checked, confidence, note } = line.rateFrom;
    yield '';
    yield `${line.meter}: ${thousands(line.quantity)} x ${format(line.rate)} / ${thousands(line.per)} = ${format(line.amount)}`;
    yield `  from ${thousands(line.low.quantity)} (${format(line.low.amount)}) to ${thousands(line.high.quantity)} (${atMost(line.high.amount)})`;
    yield `  ${line.why}`;
    yield `  price of ${platform}: ${source}, checked ${checked}, confidence ${confidence}${note ? `: ${note}` : ''}`;
  }
  yield '';
  yield `total: ${format(quote.expected)}, from ${format(quote.low)} to ${atMost(quote.high)}`;
  for (const { says, by, url, said, why: reason, evidence } of claims) {
    yield '';
    yield `claim: ${says}`;
    yield `  ${url ?? by}, ${said.slice(0, 7)}`;
    yield `  but ${reason} (${evidence.source}, ${evidence.checked})`;
  }
}
