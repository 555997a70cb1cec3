import { sum, ZERO } from '../../core/pricing/money.ts';
import { counted } from '../../core/text/text.ts';
import type { Deps, RunStart, SavedImage, Settings, Terminal } from '../../ports/index.ts';
import { pathsOf } from '../../purchase/cut-sheet.ts';
import type { PurchaseRequest } from '../../purchase/request.ts';
import { withSession, type SendingFlags } from '../../purchase/session.ts';
import { everyPicture } from '../../purchase/tries.ts';
import type { Tries } from '../../purchase/try-again.ts';
import { inOrder, leftAfter, progressText } from '../shared/progress.ts';
import { mentionUnfinished } from '../../purchase/unfinished.ts';

interface Order {
  readonly request: PurchaseRequest;
  readonly run: RunStart;
  readonly flags: SendingFlags;
  readonly settings: Settings;
  /** Each path is told as it comes; otherwise all of them are told in the end. */
  readonly tellsPaths: boolean;
}

interface BoughtNow extends Tries {
  /** Paths that were told already. */
  readonly told: ReadonlySet<string>;
}

/** Buys an order while its user waits, and shows how far it is. */
export function buyNow(
  { request, run, flags, settings, tellsPaths }: Order,
  deps: Deps,
  terminal: Terminal,
): Promise<BoughtNow> {
  return withSession({ settings, deps, terminal, connectsFirst: true }, async (session) => {
    await mentionUnfinished(session.books, terminal, deps.clock);
    const { count, model } = request.offer.order;
    const progress = terminal.progress(`${counted(count, 'image')} from ${model.name}`);
    const began = deps.clock.now();
    const told = new Set<string>();
    const tellPaths = inOrder<number, SavedImage>(everyPicture(count), (image) => {
      for (const path of pathsOf(image)) terminal.out(path);
      told.add(image.path);
    });
    let asked = model.name;
    let done = 0;
    let spent = ZERO;
    const update = (): void => {
      const leftMs = leftAfter(done, count, deps.clock.now() - began);
      const far = progressText({ done, all: count, noun: 'image', spent, leftMs });
      progress.update(count === 1 ? `1 image from ${asked}` : `${far}; ${asked}`);
    };
    try {
      const { results } = await session.buy([request], run, flags, {
        saver: () => session.saver(),
        batch: null,
        onTry({ order }) {
          asked = order.model.name;
          update();
        },
        onRemark: (remark) => terminal.note(`step   ${remark}`),
        onResult({ images, bill }, _, pictures) {
          done += images.length;
          spent = sum([spent, bill?.amount ?? ZERO]);
          if (tellsPaths) for (const [at, image] of images.entries()) tellPaths(pictures[at] ?? count, image);
          update();
        },
      });
      return {
        told,
        tries: results.flatMap(({ tries }) => tries),
        remarks: [...results.flatMap(({ remarks }) => remarks), ...session.remarks],
      };
    } finally {
      progress.stop();
    }
  });
}
