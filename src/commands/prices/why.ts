import { findModel } from '../../core/catalogue/catalogue.ts';
import { claimsAbout, type Claim } from '../../core/catalogue/claims.ts';
import type { Day } from '../../core/catalogue/model.ts';
import { usageFailure } from '../../core/errors.ts';
import { format } from '../../core/money.ts';
import { quote } from '../../core/quote.ts';
import { orderFor } from '../../core/request.ts';
import type { Offer } from '../../core/route.ts';
import { quoteJson } from '../../purchase/report.ts';
import { claimJson } from '../estimateview.ts';
import { printJson, type Context } from './context.ts';

/** Stands for a short prompt, so that the arithmetic has a number to start from. */
const SAMPLE = 'a lighthouse at dusk';

/** The arithmetic of one picture, line by line, with the sources. */
export function why(context: Context): void {
  const { rest, flags, day, models, layout, terminal } = context;
  const [name, more] = rest;
  if (name === undefined || more !== undefined) throw usageFailure('prices why takes one model.');
  const order = orderFor(findModel(name, models), {
    prompt: SAMPLE,
    inputs: [],
    count: 1,
    size: flags.size ?? null,
    aspect: null,
    lane: flags.lane,
    thinking: null,
    needs: [],
  });
  const offer = { order, quote: quote(order, day) };
  const claims = claimsAbout(order.model);
  if (layout === 'json') {
    const { model, lane, size, warnings } = offer.quote;
    printJson(context, {
      at: day,
      model,
      lane,
      size,
      ...quoteJson(offer.quote),
      warnings,
      claims: claims.map(claimJson),
    });
    return;
  }
  for (const line of whyLines(offer, claims, day)) terminal.out(line);
  for (const warning of offer.quote.warnings) terminal.note(`note   ${warning}`);
}

function* whyLines({ order, quote }: Offer, claims: readonly Claim[], day: Day): Generator<string> {
  yield `${order.model.name} (${order.model.id}), one image at ${order.size}, lane ${order.lane}, on ${day}`;
  for (const line of quote.lines) {
    const { source, checked, confidence, note } = line.rateFrom;
    yield '';
    yield `${line.meter}: ${line.quantity} x ${format(line.rate)} / ${line.per.toLocaleString('en-US')} = ${format(line.amount)}`;
    yield `  from ${line.low.quantity} (${format(line.low.amount)}) to ${line.high.quantity} (${format(line.high.amount)})`;
    yield `  ${line.why}`;
    yield `  ${source}, checked ${checked}, confidence ${confidence}${note ? `: ${note}` : ''}`;
  }
  yield '';
  yield `total: ${format(quote.expected)}, from ${format(quote.low)} to ${format(quote.high)}`;
  for (const { says, by, url, said, why: reason, evidence } of claims) {
    yield '';
    yield `claim: ${says}`;
    yield `  ${url ?? by}, ${said.slice(0, 7)}`;
    yield `  but ${reason} (${evidence.source}, ${evidence.checked})`;
  }
}
