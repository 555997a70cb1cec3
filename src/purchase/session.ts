import { asFailure } from '../core/errors.ts';
import { refuseUnable } from '../core/providers/capabilities.ts';
import { forgetBefore } from '../core/policy/retention.ts';
import { printable } from '../core/text/text.ts';
import type {
  Account,
  Books,
  Client,
  Deps,
  ImageApi,
  OnUpload,
  PictureFiles,
  Provider,
  RunStart,
  Settings,
  Terminal,
} from '../ports/index.ts';
import { endRuns } from './batch/outcome.ts';
import { buy, type Purchase } from './buy.ts';
import { accountOf, livesHere, providerWhenNeeded, providerWithoutKey } from './connection.ts';
import { consent, type ConsentFlags } from './consent.ts';
import { eventsOf } from './events.ts';
import { answerInterrupt } from './interrupt.ts';
import { paceOf, type PaceFlags } from './pace.ts';
import type { PurchaseContext, PurchaseRequest } from './request.ts';
import { outcomeOfRun } from './summary.ts';
import type { Saver } from './types.ts';
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
  const providers = new Map(
    [settings, ...settings.further].map((each) => [each.profile.name, providerWhenNeeded(each, deps)]),
  );
  const open: Open = async (name = settings.profile.name) => {
    const provider = providers.get(name) ?? providers.get(settings.profile.name);
    if (provider === undefined) throw new TypeError(`no provider is called ${name}`);
    return provider.open();
  };
  try {
    if (connectsFirst) await open();
    const books = await deps.books({ sandbox });
    try {
      return await work(sessionOver(books, open, { settings, deps, terminal }));
    } finally {
      await books.ledger.close();
    }
  } finally {
    await Promise.all(Array.from(providers.values(), (provider) => provider.close()));
  }
}

/** Opens a provider by its name; the first of the settings, where none is named. */
type Open = (name?: string) => Promise<Provider>;

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
      const underWay = new Set<string>();
      const endAnswering = answerInterrupt(deps.stop, underWay, terminal);
      for (const { offer } of requests) refuseUnable(settings.profile, offer.order);
      const { ledger } = books;
      await consent(requests.map(offered), run, flags, { ledger, confirm: deps.confirm, terminal });
      const senders = sendersFor(flags);
      const events = eventsOf(run, deps.clock, terminal);
      requests.forEach((request) => events.quoted(request));
      try {
        const isSent = requests.some(({ offer }) => offer.order.lane !== 'batch');
        if (isSent) await senders.apiOf(settings.profile.name);
        const purchase = await buy(requests, run, {
          ...context,
          async onHeld() {
            if (requests.length > 0) events.held(requests);
            await context.onHeld?.();
          },
          onSent: (plan, request) => events.sent(plan, request),
          onResult(result, request, pictures) {
            events.result(result, request);
            context.onResult?.(result, request, pictures);
          },
          apiOf: (name) => senders.apiOf(name),
          accountOf: async (name) => accountHere(await open(name)).id,
          books,
          underWay,
          stop: deps.stop,
          leave: deps.leave,
          concurrency: flags.concurrency,
          timeoutMs: flags.timeout * 1_000,
          retries: flags.retries,
          onRetry(failure, waitMs, plan) {
            events.retry(plan, failure, waitMs);
            terminal.note(`${printable(failure.message)} ${tryingAgain(waitMs)}`);
          },
        });
        if (requests.length > 0) await ended(purchase, run, books, terminal);
        await forgetOld(forgetBeforeNow(settings, deps), books, terminal);
        return purchase;
      } finally {
        endAnswering();
        await senders.close();
      }
    },
  };

  /** Each command has a sandbox at an address of its own; its account, and so its limits, are those of the one before. */
  function accountHere(provider: Provider): Account {
    return { ...accountOf(provider), ...(livesHere(settings) && { id: provider.name }) };
  }

  /** Sends to each provider no faster than its limits allow. */
  function sendersFor(flags: PaceFlags) {
    const senders = new Map<string, Promise<Sender>>();
    const opened = async (name: string): Promise<Sender> => {
      const provider = await open(name);
      const slots = await deps.slots({ sandbox: settings.sandbox, account: accountHere(provider) });
      const options = { pace: paceOf(flags, slots, terminal), onUpload };
      const { images } = await deps.client(provider, options);
      return { images, close: () => slots.close() };
    };
    return {
      async apiOf(name: string): Promise<ImageApi> {
        const sender = senders.get(name) ?? opened(name);
        senders.set(name, sender);
        return (await sender).images;
      },
      async close(): Promise<void> {
        for (const sender of senders.values()) await (await sender.catch(() => null))?.close();
      },
    };
  }
}

interface Sender {
  readonly images: ImageApi;
  readonly close: () => Promise<void>;
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

function forgetBeforeNow({ defaults, origins }: Settings, { clock }: Pick<Deps, 'clock'>): number | null {
  const from = origins['forget-after'] ?? 'forget-after';
  return forgetBefore(defaults['forget-after'], { from, now: clock.now() });
}

/** What the user wants kept no longer goes with the next purchase; a failure of that is no failure of the purchase. */
async function forgetOld(
  before: number | null,
  { ledger }: Books,
  terminal: Pick<Terminal, 'alarm'>,
): Promise<void> {
  if (before === null) return;
  try {
    await ledger.forget(before);
  } catch (error) {
    terminal.alarm(`pixtab: ${printable(asFailure(error).message)}`);
  }
}

/** When, in words. */
const tryingAgain = (waitMs: number): string =>
  waitMs === 0 ? 'Trying again.' : `Trying again in ${Math.ceil(waitMs / 1_000)} s.`;

/** How a run ended is written down; what was bought must be reported even when that fails. */
async function ended(
  { results, advanced }: Purchase,
  { runId }: RunStart,
  { ledger }: Books,
  terminal: Pick<Terminal, 'alarm'>,
): Promise<void> {
  const isPending = results.some(({ jobs }) => jobs.some(({ status }) => status !== 'done'));
  const { outcome } = outcomeOfRun(results);
  try {
    await ledger.end(runId, outcome === 'ok' && isPending ? 'pending' : outcome);
    await endRuns(
      advanced.map(({ jobId }) => jobId),
      ledger,
    );
  } catch (error) {
    terminal.alarm(`pixtab: ${printable(asFailure(error).message)}`);
  }
}
