import { refuseUnable } from '../core/providers/capabilities.ts';
import { printable } from '../core/text/text.ts';
import type {
  Books,
  Client,
  Deps,
  OnUpload,
  PictureFiles,
  RunStart,
  Settings,
  Terminal,
} from '../ports/index.ts';
import { buy, type Purchase } from './buy.ts';
import { accountOf, providerWhenNeeded, providerWithoutKey } from './connection.ts';
import { consent, type ConsentFlags } from './consent.ts';
import { eventsOf } from './events.ts';
import { answerInterrupt } from './interrupt.ts';
import type { PaceFlags } from './pace.ts';
import type { PurchaseContext, PurchaseRequest } from './request.ts';
import type { Saver } from './types.ts';
import { ended, forgetBeforeNow, forgetOld } from './run-end.ts';
import { sendersFor, type Open } from './senders.ts';
import { uploadNotes } from './upload-notes.ts';

/** How requests are sent, as the flags say it. */
export interface SendingFlags extends PaceFlags, ConsentFlags {
  readonly concurrency: number;
  /** Seconds for one request. */
  readonly timeout: number;
  readonly retries: number;
}

/** What a run has of its own, beside the session. */
export type RunContext = Pick<
  PurchaseContext,
  'saver' | 'batch' | 'onHeld' | 'onTry' | 'onRemark' | 'onResult' | 'onDone'
>;

/** The ledger, the journal and whoever answers, open for one command. */
export interface Session {
  readonly books: Books;
  readonly settings: Settings;
  readonly deps: SessionDeps;
  readonly terminal: Terminal;
  /** Whoever answers, for work on files and jobs; asked for by the first who needs it. */
  readonly client: () => Promise<Client>;
  /** Reads answers that are here already: it has no key, and sends nothing. */
  readonly reader: () => Promise<Client>;
  readonly onUpload: OnUpload;
  /** Where requests go. */
  readonly baseUrl: () => Promise<string>;
  /** Whose jobs are made: an API and a key. */
  readonly account: () => Promise<string>;
  /** What puts pictures on disk, in these files. */
  readonly saver: (pictureFiles?: PictureFiles) => Promise<Saver>;
  /** What was worth knowing about pictures that were saved: sentences. */
  readonly remarks: readonly string[];
  /** Buys, and writes down how the run ended. */
  readonly buy: (
    requests: readonly PurchaseRequest[],
    run: RunStart,
    flags: SendingFlags,
    context: RunContext,
  ) => Promise<Purchase>;
  /** What the engine buys with, for whoever brings one request after the other that is held already. */
  readonly buyer: (
    flags: Omit<SendingFlags, keyof ConsentFlags>,
    context: RunContext & Partial<Pick<PurchaseContext, 'books'>>,
  ) => Buyer;
}

/** Open until it is closed. */
export interface Buyer {
  readonly buyer: PurchaseContext;
  readonly close: () => Promise<void>;
}

export type SessionDeps = Pick<
  Deps,
  | 'books'
  | 'client'
  | 'clock'
  | 'confirm'
  | 'isSandbox'
  | 'leave'
  | 'newId'
  | 'pictureFiles'
  | 'pictures'
  | 'sandbox'
  | 'sha256'
  | 'slots'
  | 'stop'
  | 'store'
>;

export interface SessionOptions {
  readonly settings: Settings;
  readonly deps: SessionDeps;
  readonly terminal: Terminal;
  /** Finds out whether there is a key before anything is opened. */
  readonly connectsFirst: boolean;
}

/** Opens what a purchase needs, and closes it again, whatever happens in between. */
export async function withSession<T>(
  { settings, deps, terminal, connectsFirst }: SessionOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { sandbox } = settings;
  // A setting that makes no sense is said before anything is bought.
  forgetBeforeNow(settings, deps);
  const first = providerWhenNeeded(settings, deps);
  const further = new Map(
    settings.further.map((each) => [each.profile.name, providerWhenNeeded(each, deps)]),
  );
  const open: Open = async (name = settings.profile.name) => (further.get(name) ?? first).open();
  try {
    if (connectsFirst) await open();
    const books = await deps.books({ sandbox });
    try {
      return await work(sessionOver(books, open, { settings, deps, terminal }));
    } finally {
      await books.ledger.close();
    }
  } finally {
    await Promise.all([first, ...further.values()].map((provider) => provider.close()));
  }
}

function sessionOver(
  books: Books,
  open: Open,
  { settings, deps, terminal }: Omit<SessionOptions, 'connectsFirst'>,
): Session {
  const { saver, remarks } = saverFor(deps, terminal);
  const onUpload = uploadNotes(terminal);
  return {
    books,
    settings,
    deps,
    terminal,
    remarks,
    onUpload,
    client: async () => deps.client(await open(), { onUpload }),
    reader: () => deps.client(providerWithoutKey(settings)),
    baseUrl: async () => (await open()).baseUrl,
    account: async () => accountOf(await open()).id,
    saver,
    async buy(requests, run, flags, context) {
      for (const { offer } of requests) refuseUnable(settings.profile, offer.order);
      const { ledger } = books;
      await consent(requests.map(offered), run, flags, { ledger, confirm: deps.confirm, terminal });
      const events = eventsOf(run, deps.clock, terminal);
      requests.forEach((request) => events.quoted(request));
      const { buyer, close } = buyerFor(flags, context);
      try {
        const isSent = requests.some(({ offer }) => offer.order.lane !== 'batch');
        if (isSent) await buyer.apiOf(settings.profile.name);
        const purchase = await buy(requests, run, {
          ...buyer,
          async onHeld() {
            if (requests.length > 0) events.held(requests);
            await context.onHeld?.();
          },
          onSent: (plan, request) => events.sent(plan, request),
          onResult(result, request, pictures) {
            events.result(result, request);
            context.onResult?.(result, request, pictures);
          },
          onRetry(failure, waitMs, plan) {
            events.retry(plan, failure, waitMs);
            buyer.onRetry(failure, waitMs, plan);
          },
        });
        if (requests.length > 0) await ended(purchase, run, books, terminal);
        await forgetOld(forgetBeforeNow(settings, deps), books, terminal);
        return purchase;
      } finally {
        await close();
      }
    },
    buyer: (flags, context) => buyerFor(flags, context),
  };

  function buyerFor(
    flags: Omit<SendingFlags, keyof ConsentFlags>,
    context: RunContext & Partial<Pick<PurchaseContext, 'books'>>,
  ): Buyer {
    const underWay = new Set<string>();
    const endAnswering = answerInterrupt(deps.stop, underWay, terminal);
    const senders = sendersFor(flags, { open, settings, deps, terminal, onUpload });
    return {
      buyer: {
        books,
        ...context,
        apiOf: (name) => senders.apiOf(name),
        accountOf: (name) => senders.accountOf(name),
        underWay,
        stop: deps.stop,
        leave: deps.leave,
        concurrency: flags.concurrency,
        timeoutMs: flags.timeout * 1_000,
        retries: flags.retries,
        onRetry: (failure, waitMs) => terminal.note(`${printable(failure.message)} ${tryingAgain(waitMs)}`),
      },
      async close() {
        endAnswering();
        await senders.close();
      },
    };
  }
}

/** What puts pictures on disk. Remarks on them are said, and kept for the document. */
export function saverFor(
  { pictures, pictureFiles, sha256 }: Pick<Deps, 'pictureFiles' | 'pictures' | 'sha256'>,
  terminal: Pick<Terminal, 'bytes' | 'note'>,
) {
  const remarks: string[] = [];
  return {
    remarks,
    saver: async (files?: PictureFiles): Promise<Saver> => ({
      pictures: await pictures(),
      pictureFiles: files ?? (await pictureFiles()),
      sha256,
      stdout: (bytes) => terminal.bytes(bytes),
      remark(sentence) {
        remarks.push(sentence);
        terminal.note(`note   ${printable(sentence)}`);
      },
    }),
  };
}

const offered = ({ offer: { order, quote } }: PurchaseRequest) => ({
  model: order.model.id,
  expected: quote.expected,
  high: quote.high,
});

/** When, in words. */
const tryingAgain = (waitMs: number): string =>
  waitMs === 0 ? 'Trying again.' : `Trying again in ${Math.ceil(waitMs / 1_000)} s.`;
