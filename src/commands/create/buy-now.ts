import { format, type Usd } from '../../core/pricing/money.ts';
import type { PriceHistory } from '../../core/pricing/price-history.ts';
import { counted } from '../../core/text/text.ts';
import type { Deps, RunStart, Settings, Terminal } from '../../ports/index.ts';
import { quoteFromHistory } from '../../purchase/price-history.ts';
import type { PurchaseRequest } from '../../purchase/request.ts';
import { withSession, type SendingFlags } from '../../purchase/session.ts';
import type { Tries } from '../../purchase/try-again.ts';
import { mentionUnfinished } from '../../purchase/unfinished.ts';

interface Order {
  readonly request: PurchaseRequest;
  readonly run: RunStart;
  readonly flags: SendingFlags;
  readonly settings: Settings;
}

/** Buys an order while its user waits, and shows how far it is. */
export function buyNow(
  { request, run, flags, settings }: Order,
  deps: Deps,
  terminal: Terminal,
): Promise<Tries> {
  return withSession({ settings, deps, terminal, connectsFirst: true }, async (session) => {
    const { ledger } = session.books;
    await mentionUnfinished(session.books, terminal, deps.clock);
    const offer = await quoteFromHistory(request.offer, ledger);
    if (offer.quote.priceHistory) terminal.note(historyLine(offer.quote.expected, offer.quote.priceHistory));
    const { count, model } = offer.order;
    const progress = terminal.progress(`${counted(count, 'image')} from ${model.name}`);
    let asked = model.name;
    let done = 0;
    const update = (): void => progress.update(`${done} of ${count} from ${asked}`);
    try {
      const { results } = await session.buy([{ ...request, offer }], run, flags, {
        saver: () => session.saver(),
        batch: null,
        onTry({ order }) {
          asked = order.model.name;
          update();
        },
        onRemark: (remark) => terminal.note(`step   ${remark}`),
        onResult({ images }) {
          done += images.length;
          update();
        },
      });
      return {
        tries: results.flatMap(({ tries }) => tries),
        remarks: [...results.flatMap(({ remarks }) => remarks), ...session.remarks],
      };
    } finally {
      progress.stop();
    }
  });
}

const historyLine = (expected: Usd, { pictures }: PriceHistory): string =>
  `price  ${format(expected)} expected, as in your last ${pictures} bills of this model`;
