import { Failure } from '../../core/errors.ts';
import { added, NOTHING, type Range } from '../../core/manifest/price.ts';
import { dayOf } from '../../core/policy/calendar.ts';
import { atMost, format } from '../../core/pricing/money.ts';
import { quote } from '../../core/pricing/quote.ts';
import { attempt } from '../../core/order/route.ts';
import { counted, excerpt } from '../../core/text/text.ts';
import type { QueueItem, QueueShort } from '../../ports/index.ts';
import { planAttempts } from '../../purchase/plan-attempts.ts';
import { orderOf } from '../../purchase/queue/held-request.ts';
import { refuseAbove } from '../shared/cost-limit.ts';
import { filedUnder } from '../shared/filed-under.ts';
import { furtherSellers, modelsFor } from '../shared/price-flags.ts';
import { put } from './add.ts';
import { withQueue } from './control.ts';
import type { QueueContext, QueueFlags } from './flags.ts';
import { tellQueue } from './output.ts';

/** Puts what came to nothing into the queue once more: what was not charged, and the rest where that is asked for. */
export async function retry(context: QueueContext): Promise<number> {
  const { flags, settings, deps, terminal } = context;
  return withQueue(context, async (queue) => {
    const sellers = [
      { profile: settings.profile, models: await modelsFor(flags, deps) },
      ...(await furtherSellers(flags, deps)),
    ];
    const short = await queue.short();
    const chosen = short.filter((one) => isChosen(one, flags));
    const runId = deps.newId();
    const at = deps.clock.now();
    const wanted = chosen.map((one) => {
      const offer = attempt(() => {
        const { order } = orderOf(one, sellers);
        return { order, quote: quote(order, dayOf(at)) };
      });
      if (offer instanceof Failure) throw offer;
      return { one, offer };
    });
    const price = wanted.reduce<Range>((sum, { offer }) => added(sum, offer.quote), NOTHING);
    terminal.note(
      `plan   ${counted(wanted.length, 'picture')} once more, ${short.length - wanted.length} that may have been charged or were answered`,
    );
    if (wanted.length > 0)
      terminal.note(
        `price  ${format(price.expected)} expected; from ${format(price.low)}, at most ${atMost(price.high)}`,
      );
    refuseAbove(flags.maxCost, price, 'retry fewer of them');
    const items = wanted.flatMap(({ one, offer }): readonly QueueItem[] => {
      const { plan, name, urgent, inputs } = one;
      const attemptId = (): string => plan.attemptId;
      const [planned] = planAttempts(offer, plan.save, { runId, attemptId });
      if (planned === undefined) return [];
      return [
        {
          plan: { ...planned.plan, asked: plan.asked },
          name,
          urgent,
          inputs: inputs.map((input) => ({ ...input, bytes: null })),
          again: true,
          instead: plan.attemptId,
        },
      ];
    });
    const { project, labels } = await filedUnder(flags, deps);
    const first = chosen[0]?.run;
    const run = {
      runId,
      command: 'queue',
      at,
      project: flags.project === undefined ? (first?.project ?? project) : project,
      labels: labels.length > 0 ? labels : (first?.labels ?? []),
      maxCost: flags.maxCost ?? null,
    };
    const books = await deps.books(settings);
    try {
      const changed = await put(items, wanted, run, { queue, books, flags, deps, terminal });
      const how = { sandbox: settings.sandbox, json: flags.json === true };
      const skipped = short.length - changed;
      return tellQueue(
        { action: 'retry', changed, skipped, quote: price },
        await queue.status(),
        how,
        terminal,
      );
    } finally {
      await books.ledger.close();
    }
  });
}

/** Only what certainly was not charged is asked for again unasked. */
function isChosen({ state, amount, plan, name }: QueueShort, flags: QueueFlags): boolean {
  const isAsked =
    state === 'failed'
      ? amount === 0n
      : state === 'refused'
        ? flags.refused === true
        : flags.unconfirmed === true;
  if (isAsked && plan.prompt === '')
    throw new Failure('usage', `What ${excerpt(name, 60)} asked for was forgotten by pixtab forget.`, {
      hint: 'Add it anew from its manifest: pixtab queue add',
    });
  return isAsked;
}
