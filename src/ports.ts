import type { AttemptState } from './core/attempt.ts';
import type { SpendAxis, SpendSlice } from './core/spend.ts';
import type { Budget, BudgetScope, Standing } from './core/budget.ts';
import type { Aspect, Lane, Pixels, Size } from './core/catalogue/model.ts';
import type { Overlay } from './core/catalogue/overlay.ts';
import type { FolderFacts, LedgerFacts, Listing } from './core/checkup.ts';
import type { FailureKind, MetLimit } from './core/errors.ts';
import type { PictureFacts } from './core/facts.ts';
import type { ImageFormat } from './core/format.ts';
import type { Habit } from './core/habit.ts';
import type { LimitWishes, Wait, Weight } from './core/limits.ts';
import type { Written } from './core/manifest/problem.ts';
import type { Found } from './core/manifest/step.ts';
import type { Bill } from './core/line.ts';
import type { Usd } from './core/money.ts';
import type { InputImage, Order, Turn } from './core/order.ts';
import type { Reply } from './core/reply.ts';
import type { Resize } from './core/resize.ts';
import type { BatchApi } from './ports/batch.ts';
import type { FileStore } from './ports/files.ts';
import type { Jobs } from './ports/jobs.ts';

export { BATCH_STATES, batchLine } from './ports/batch.ts';
export type { BatchApi, BatchCounts, BatchResult, BatchState, NewBatch, RemoteBatch } from './ports/batch.ts';
export type { FileStore, NewFile, RemoteFile } from './ports/files.ts';
export { JOB_STAGES } from './ports/jobs.ts';
export type { Job, JobItem, JobPlan, Jobs, JobStage, JobTally, NewItem } from './ports/jobs.ts';

/** Time and chance, so that tests own both. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1 */
  random(): number;
}

// ---------------------------------------------------------------- the API

export interface RequestPreview {
  readonly method: 'POST';
  readonly url: string;
  /** Inline image data is cut short; the key is never part of it. */
  readonly body: unknown;
}

export interface SendOptions {
  /** Aborting it leaves at once, whatever was paid. */
  readonly signal: AbortSignal;
  /** Aborting it ends every wait before another send; what is under way goes on. */
  readonly stop: AbortSignal;
  /** For one request, head and body. */
  readonly timeoutMs: number;
  /** Sends after the first, for failures that were certainly not charged. */
  readonly retries: number;
  /** Time that all waiting between sends may take together, in milliseconds. */
  readonly retryBudgetMs: number;
  /** What the request is expected to cost, for limits on how fast money is spent. */
  readonly cost: Usd;
  /** Runs to its end before every send: what it writes is on disk before the first byte leaves. */
  readonly beforeSend: () => Promise<void>;
  /** Runs after a send that was certainly not charged, before the wait. */
  readonly onRetry: (failure: Error, waitMs: number) => Promise<void>;
}

/** A paid answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Google's image models, one request at a time. */
export interface ImageApi {
  /** What `send` would send; reaches nothing. */
  preview(order: Order): Promise<RequestPreview>;
  /** Sends one request (`order.count` ≤ the model's maximum). Throws a Failure that says what was charged. */
  send(order: Order, options: SendOptions): Promise<Answer>;
  /** Reads an answer, now or out of the journal. Throws Failure `unconfirmed` when it makes no sense. */
  read(body: Uint8Array, wire: Order['model']['wire']): Reply;
}

/** Turns to send, given out to all processes of this machine together. */
export interface Slots {
  /** Takes one for a request that leaves now, or says how long there is none. One transaction, whoever else asks. */
  take(weight: Weight, wishes: LimitWishes): Promise<Slot | Wait>;
  /** The request of a slot reaches the server within so much time from now; 0 once it is answered. */
  arrives(slot: Slot, withinMs: number): Promise<void>;
  /** Google did not take what was sent in this slot: the limit that it met is kept in mind. */
  refused(slot: Slot, met: MetLimit): Promise<void>;
  close(): void;
}

export interface Slot {
  readonly slot: number;
}

/** How fast requests may leave. */
export interface Pace {
  readonly slots: Slots;
  readonly wishes: LimitWishes;
  /** Whether to wait for a slot; else there is none for this request. */
  readonly wait: boolean;
  readonly onWait: (why: string, waitMs: number) => void;
}

/** Where requests go, and with what. */
export interface Connection {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Answers are drawn placeholders; nothing is spent. */
  readonly sandbox: boolean;
}

/** How a sandbox is to behave; what is left out behaves well. */
export interface SandboxWishes {
  /** 0 takes a free one. */
  readonly port?: number;
  /** The same seed and the same requests give the same answers. */
  readonly seed?: number;
  readonly latencyMs?: number;
  /** "429x2,reset-after,ok": what goes wrong, in order. A RangeError names an entry that makes no sense. */
  readonly faults?: string;
  /** Requests per minute and per day, for each model. */
  readonly rpm?: number;
  readonly rpd?: number;
  /** Imagen 4 answers as it does since its end. */
  readonly retired?: boolean;
  /** One line for every request. */
  readonly onRequest?: (line: string) => void;
}

export interface RunningSandbox {
  readonly url: string;
  close(): Promise<void>;
}

// ---------------------------------------------------------------- pictures and files

export interface ImageInfo {
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
}

export interface Pictures {
  /** Decodes every pixel; null when the bytes are no image or a broken one. */
  inspect(bytes: Uint8Array): Promise<ImageInfo | null>;
  /** `quality` 1 to 100 where the format has one. */
  convert(
    bytes: Uint8Array,
    format: ImageFormat,
    quality: number | null,
    resize?: Resize | null,
  ): Promise<Uint8Array>;
  /** The picture, as PNG, with what was made of it where the mask is white; elsewhere every pixel is its own. */
  masked(picture: Uint8Array, mask: Uint8Array, made: Uint8Array): Promise<Uint8Array>;
  /** Without metadata; the colours and every pixel stay. As it is where the format is not looked into. */
  strip(bytes: Uint8Array): Uint8Array;
  /** With these facts inside; null where the format has no place for them. */
  label(bytes: Uint8Array, facts: PictureFacts): Uint8Array | null;
  /** What `label` put there. */
  factsIn(bytes: Uint8Array): PictureFacts | null;
  /** Whether it carries content credentials (C2PA), which hold only while no byte of it changes. */
  hasProvenance(bytes: Uint8Array): boolean;
}

/** Pictures that go along with a prompt. */
export interface Inputs {
  /** A file, or `-` for standard input, ready to be sent. Failure `usage` says in a sentence what is wrong with it. */
  load(source: string): Promise<LoadedInput>;
  /** A mask for a picture of this size: white where it may change, black where it stays. */
  mask(source: string, picture: Pixels): Promise<LoadedInput>;
  /** The same picture in at most so many bytes; as it is when it has no more. */
  fit(image: InputImage, maxBytes: number): Promise<LoadedInput>;
}

export interface LoadedInput {
  readonly image: InputImage;
  /** What was changed before it may be sent, a sentence each. */
  readonly notices: readonly string[];
}

/** Conversations on disk, so that each turn can go on from the one before, in this process or another. */
export interface Sessions {
  /** Oldest turn first; null when there is none of that name. */
  load(name: string): Promise<readonly SessionTurn[] | null>;
  /** Name of the one that was last added to. */
  latest(): Promise<string | null>;
  /** On disk when it resolves. A turn of its own `root` begins the session anew. */
  append(name: string, turn: SessionTurn): Promise<void>;
  /** Takes the last turn back; false when there is none. */
  undo(name: string): Promise<boolean>;
}

export interface SessionTurn extends Turn {
  /** The same for all turns that go on from each other. */
  readonly root: string;
  readonly model: string;
  readonly cost: Usd;
  readonly at: number;
}

/** Someone to talk to: lines that are typed, or piped. */
export interface Dialogue {
  /** null when there is nobody any more. */
  ask(question: string): Promise<string | null>;
  close(): void;
}

/** Prompts with a name, to be used again. */
export interface PromptBook {
  /** Replaces one of the same name. */
  save(name: string, text: string): Promise<void>;
  find(name: string): Promise<string | null>;
  names(): Promise<readonly string[]>;
  /** Whether there was one. */
  remove(name: string): Promise<boolean>;
}

/** Where pictures are put. */
export interface Shelf {
  /** Kind of thing at a path, following links. */
  kindOf(path: string): Promise<'none' | 'file' | 'folder' | 'other'>;
  /** Makes missing folders and proves that this file can be written there. Failure `usage` with the path in it. */
  prove(path: string): Promise<void>;
  /**
   * Writes all or nothing: temporary file, flush, then the name. Never replaces a file unless `replace`; a name taken
   * meanwhile becomes "name-2". Returns the path written. Failure `disk`.
   */
  put(path: string, bytes: Uint8Array, options: { readonly replace: boolean }): Promise<string>;
  read(path: string): Promise<Uint8Array>;
  /** Gives a file another place, whose folders it makes; replaces what stands there. Failure `disk`. */
  move(from: string, to: string): Promise<void>;
}

export interface SavedImage extends ImageInfo {
  /** As the user would write it. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

// ---------------------------------------------------------------- a project's files

/** Files of a project, on the disk or as they were at a git revision. Paths start at its folder, with slashes. */
export interface Tree {
  /** null: there is none. Failure `usage` when it cannot be read. */
  text(path: string): Promise<string | null>;
  /** In pieces, as they are read; Failure `usage` when there is none. */
  lines(path: string): AsyncIterable<readonly string[]>;
  /** What stands there, by content. */
  find(path: string): Promise<Found>;
}

/** A manifest as it is written: YAML, JSON, JSON Lines or CSV. */
export interface ManifestFile {
  /** Everything but the images. */
  readonly head: Written;
  /** In pieces, as they are read. */
  readonly images: () => AsyncIterable<readonly Written[]>;
}

/** A bought picture as it came, and what is known of it. */
export interface Original {
  readonly bytes: Uint8Array;
  /** The model that made it. */
  readonly model: string;
  /** Decimal dollars. */
  readonly cost: string;
  /** The day on which it was bought. */
  readonly date: string;
}

/**
 * Bought pictures by the hash of what determines them. A cache: it may be shared, it may be deleted, and it drops what
 * was not used for longest.
 */
export interface Store {
  has(hash: string): Promise<boolean>;
  /** null: there is none, or what there was is damaged and now gone. */
  get(hash: string): Promise<Original | null>;
  /** Replaces what there is. Failure `disk` when it cannot be kept. */
  put(hash: string, original: Original): Promise<void>;
}

// ---------------------------------------------------------------- the books

/** How the pictures of an attempt are to be saved; enough for `recover` to finish the work. */
export interface SavePlan {
  /** Per picture as the user would write it, without an extension where the bytes decide it; "-" is stdout. */
  readonly paths: readonly string[];
  /** Absolute folder that relative paths start from. */
  readonly cwd: string;
  /** null keeps the bytes as they come. */
  readonly format: ImageFormat | null;
  readonly quality: number | null;
  readonly replace: boolean;
  /** The raw answer is kept for good. */
  readonly keepRaw?: boolean | undefined;
  /** What it is brought to. */
  readonly resize?: Resize | undefined;
  readonly mask?: MaskPlan | undefined;
  /** Without metadata. */
  readonly strip?: boolean | undefined;
  /** With prompt, model, cost and run inside. */
  readonly embed?: boolean | undefined;
  /** With its receipt beside it. */
  readonly sidecar?: boolean | undefined;
}

/** The files that decide which pixels a picture keeps, as the user would write them, and what they hold. */
export interface MaskPlan {
  readonly picture: MaskFile;
  readonly mask: MaskFile;
}

export interface MaskFile {
  readonly path: string;
  readonly sha256: string;
}

export interface RunStart {
  readonly runId: string;
  readonly command: string;
  readonly at: number;
  readonly project: string | null;
  readonly labels: readonly string[];
  /** What all holds and bills of the run together may come to. */
  readonly maxCost?: Usd | null | undefined;
}

/** One request's worth of an order, before it is sent. */
export interface AttemptPlan {
  readonly attemptId: string;
  readonly runId: string;
  readonly model: string;
  readonly wire: 'generateContent' | 'predict';
  readonly lane: Lane;
  readonly size: Size;
  readonly aspect: Aspect | null;
  readonly images: number;
  readonly prompt: string;
  /** The quote's low, kept to compare quotes with bills. */
  readonly low: Usd;
  /** The quote's expected price: what is counted if nobody can know. */
  readonly expected: Usd;
  /** The quote's high: what is held. */
  readonly high: Usd;
  readonly save: SavePlan;
}

/** The durable record. Every call is one transaction, on disk when it resolves. */
export interface Ledger extends Records {
  readonly jobs: Jobs;
  /** Written down with the first thing that happens in the run. */
  begin(run: RunStart): Promise<void>;
  /** Holds all of the attempts or none; Failure `budget` names the narrowest budget. */
  hold(attempts: readonly AttemptPlan[]): Promise<void>;
  /** Before the first byte leaves. */
  sending(attemptId: string): Promise<void>;
  /** A send was certainly not charged; the hold stands and another send may follow. */
  unsent(attemptId: string): Promise<void>;
  /** The answer is in the journal. */
  replied(attemptId: string): Promise<void>;
  settle(attemptId: string, bill: Bill): Promise<void>;
  /** The pictures of a settled attempt are on disk. */
  saved(attemptId: string, images: readonly SavedImage[]): Promise<void>;
  /** Nothing was charged: the hold is given back. */
  release(attemptId: string, why: string): Promise<void>;
  /** Nobody can know: counted at the expected price. */
  unconfirm(attemptId: string, why: string): Promise<void>;
  end(runId: string, outcome: 'ok' | FailureKind): Promise<void>;
  /**
   * Takes over an attempt whose process ended, to finish it; one that the ledger lost is entered again. Its state, or
   * null while a live process works on it.
   */
  claim(attempt: AttemptPlan): Promise<AttemptState | null>;
  /** Replaces the budget of the same scope. */
  setBudget(budget: Budget): Promise<void>;
  /** Whether there was one. */
  removeBudget(scope: BudgetScope): Promise<boolean>;
  close(): void;
}

/** Looking back: none of this changes anything. */
export interface Records {
  standings(): Promise<readonly Standing[]>;
  spending(query: SpendQuery): Promise<readonly SpendSlice[]>;
  /** Quotes against bills, a row a model, for attempts that brought a picture. */
  accuracy(range: TimeRange): Promise<readonly Accuracy[]>;
  /** What the latest bills of a model and size came to; null while there are too few to tell. */
  habit(model: string, size: Size): Promise<Habit | null>;
  /** Oldest first; empty when the ledger knows nothing of the kind. */
  receipts(query: ReceiptQuery): Promise<readonly Receipt[]>;
  /** The newest picture of every path. */
  savedImages(): Promise<readonly StoredImage[]>;
  /** Of these attempts, those that no living process works on. */
  abandoned(attemptIds: readonly string[]): Promise<readonly string[]>;
  /** Everything in the ledger that contradicts itself, a sentence each. */
  contradictions(): Promise<readonly string[]>;
}

/** Milliseconds since 1970; null leaves an end open. `since` is inside, `until` is not. */
export interface TimeRange {
  readonly since: number | null;
  readonly until: number | null;
}

export interface SpendQuery extends TimeRange {
  readonly by: SpendAxis;
  readonly model?: string | undefined;
  readonly project?: string | undefined;
  readonly lane?: Lane | undefined;
  readonly label?: string | undefined;
}

export interface Accuracy {
  readonly model: string;
  readonly bills: number;
  readonly quoted: Usd;
  readonly billed: Usd;
  /** Bills from the quote's low to its high. */
  readonly inside: number;
  /** The bill that is farthest from its quote. */
  readonly worst: { readonly attemptId: string; readonly quoted: Usd; readonly billed: Usd };
}

export interface ReceiptQuery {
  readonly by: 'path' | 'sha256' | 'run' | 'attempt';
  /** Paths are absolute. */
  readonly value: string;
}

export interface StoredImage extends SavedImage {
  readonly attemptId: string;
  readonly absolutePath: string;
  readonly savedAt: number;
}

export interface Receipt {
  readonly run: RunStart & { readonly outcome: string | null };
  readonly attempt: AttemptPlan;
  readonly state: AttemptState;
  /** Why it was released or is unconfirmed. */
  readonly why: string | null;
  readonly heldAt: number;
  readonly bill: (Bill & { readonly settledAt: number }) | null;
  readonly images: readonly StoredImage[];
}

/** Raw answers on disk, from their arrival until their images are saved. */
export interface Journal {
  /** Proves that so many bytes of answers could be kept. Failure `usage`. */
  prove(bytes: number): Promise<void>;
  /** Durable when it resolves. */
  keep(attempt: AttemptPlan, body: Uint8Array): Promise<void>;
  /** Nothing happens when it is gone already. */
  remove(attemptId: string): Promise<void>;
  /** Keeps an answer for good, where it is unfinished business no more; resolves to its path. */
  setAside(attemptId: string): Promise<string>;
  /** What was set aside. */
  aside(): Promise<readonly JournalEntry[]>;
  /** Removes what processes that died left half-written before a moment. */
  tidy(before: number): Promise<void>;
  /** What is kept, without a look at it. */
  ids(): Promise<readonly string[]>;
  list(): Promise<readonly JournalEntry[]>;
  read(attemptId: string): Promise<KeptAnswer>;
}

export interface JournalEntry {
  readonly attemptId: string;
  readonly path: string;
  readonly status: 'ok' | 'truncated' | 'corrupt';
  /** What is wrong with the file at `path`, as the end of a sentence; null when it is whole. */
  readonly problem: string | null;
  /** null when the file does not tell. */
  readonly attempt: AttemptPlan | null;
}

export interface KeptAnswer {
  readonly entry: JournalEntry;
  /** null unless the entry is ok. */
  readonly body: Uint8Array | null;
}

/** Ledger and journal of one kind of money: real and sandbox books never meet. */
export interface Books {
  readonly ledger: Ledger;
  readonly journal: Journal;
}

/** The state of the machine and of what pixtab has on it. Looking changes and creates nothing. */
export interface Checkup {
  readonly node: { readonly version: string; readonly wanted: string };
  /** Hosts of the proxies that are set. */
  proxies(): readonly string[];
  folders(): Promise<readonly FolderFacts[]>;
  /** Failure `disk` when it cannot be read. */
  ledger(which: { readonly sandbox: boolean }): Promise<LedgerFacts>;
  /** Every model that the API has for the key; free. */
  listing(connection: Connection, signal: AbortSignal): Promise<Listing>;
}

// ---------------------------------------------------------------- people

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

export interface Progress {
  update(text: string): void;
  /** Removes the line. */
  stop(): void;
}

export interface Terminal {
  /** One line of data on stdout. */
  out(line: string): void;
  /** Bytes on stdout, for `-o -`; resolves when they are taken. Failure `disk` when they could not be written. */
  bytes(data: Uint8Array): Promise<void>;
  /**
   * Resolves when stdout has taken every line; Failure `disk` when it could not (a full disk behind `>`). A reader that
   * went away, as `head` does, is no failure.
   */
  flush(): Promise<void>;
  /** One line for people on stderr; silent with --quiet. */
  note(line: string): void;
  /** As `note`, only with --verbose. */
  detail(line: string): void;
  /** One line on stderr, also with --quiet. */
  alarm(line: string): void;
  /** A spinner where stderr is a terminal, else nothing. */
  progress(text: string): Progress;
  style(style: Style, text: string): string;
  readonly stdoutIsTerminal: boolean;
  readonly stdinIsTerminal: boolean;
  /** Columns to lay a table out in. */
  readonly columns: number;
}

export interface TerminalOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: 'auto' | 'always' | 'never';
}

// ---------------------------------------------------------------- settings

export interface Settings {
  /**
   * The key and where it was found; null when there is none. Looked at only where a request is made: reading it throws
   * Failure `auth` when what was found cannot be a key.
   */
  readonly apiKey: { readonly value: string; readonly from: string } | null;
  /** Without a slash at the end. Reading it throws Failure `usage` when what was found is no safe address. */
  readonly baseUrl: { readonly value: string; readonly from: string };
  readonly sandbox: boolean;
  /** Values of flags that were set outside the command line, by long flag name without dashes. */
  readonly defaults: Readonly<Record<string, string>>;
  /** Where each of `defaults` was found, for messages about it: "PIXTAB_SIZE", ".pixtab.json". */
  readonly origins: Readonly<Record<string, string>>;
  /** Things the user should know, said once: both keys set, a base URL that is ignored. */
  readonly notices: readonly string[];
  /** The same, but only worth saying with --verbose: variables of other tools that do nothing here. */
  readonly details: readonly string[];
}

export interface SettingsFlags {
  readonly baseUrl?: string | undefined;
  readonly apiKeyFile?: string | undefined;
  readonly sandbox?: boolean | undefined;
}

/** Everything a command can touch. Lazy where building it costs time or can fail. */
export interface Deps {
  readonly version: string;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly cwd: string;
  /** The user's time zone, as an IANA name. */
  readonly zone: () => string;
  readonly sha256: (bytes: Uint8Array) => string;
  readonly terminal: (options: TerminalOptions) => Terminal;
  readonly settings: (flags: SettingsFlags) => Promise<Settings>;
  /** Asks on the terminal; false unless the answer is yes. */
  readonly confirm: (question: string) => Promise<boolean>;
  readonly readText: (path: string) => Promise<string>;
  readonly readStdin: () => Promise<string>;
  /** The lines of a file, or of standard input for `-`, in pieces as they are read. */
  readonly lines: (path: string) => AsyncIterable<readonly string[]>;
  /** Prices of an account or gateway. Failure `usage` with the line of what is wrong. */
  readonly overlay: (path: string) => Promise<Overlay>;
  /** Files from this folder on; at a git revision where one is named. */
  readonly tree: (folder: string, revision?: string) => Promise<Tree>;
  /** A folder of the user's choice, or the one in the user's cache; placeholders of the sandbox are kept apart. */
  readonly store: (which: {
    readonly sandbox: boolean;
    readonly folder?: string | undefined;
  }) => Promise<Store>;
  /** Opens a manifest; `shown` is its path as the user would write it. Failure `usage` with the place of what is wrong. */
  readonly manifest: (path: string, tree: Tree, shown: string) => Promise<ManifestFile>;
  /** Without a pace, requests leave as they come. */
  readonly api: (connection: Connection, pace?: Pace) => Promise<ImageApi>;
  readonly files: (connection: Connection) => Promise<FileStore>;
  readonly batches: (connection: Connection) => Promise<BatchApi>;
  readonly slots: (which: { readonly sandbox: boolean }) => Promise<Slots>;
  /** A sandbox inside this process, on the loopback interface. */
  readonly sandbox: (wishes?: SandboxWishes) => Promise<RunningSandbox>;
  /** Whether a sandbox answers there. */
  readonly isSandbox: (baseUrl: string) => Promise<boolean>;
  readonly checkup: () => Promise<Checkup>;
  readonly pictures: () => Promise<Pictures>;
  readonly inputs: () => Promise<Inputs>;
  /** Of real money and of the sandbox apart, since neither knows the signatures of the other. */
  readonly sessions: (which: { readonly sandbox: boolean }) => Promise<Sessions>;
  readonly dialogue: (complete: (line: string) => readonly string[]) => Promise<Dialogue>;
  readonly prompts: () => Promise<PromptBook>;
  /** A picture as lines for the terminal that stderr goes to; null when it goes to none. */
  readonly preview: (bytes: Uint8Array) => Promise<string | null>;
  /** Shows a file in the program that the system has for it. */
  readonly open: (path: string) => Promise<void>;
  readonly shelf: () => Promise<Shelf>;
  /** Name of the git repository that the working directory is in; null outside of one. */
  readonly repository: () => Promise<string | null>;
  readonly books: (which: { readonly sandbox: boolean }) => Promise<Books>;
  /** Aborts at the first Ctrl-C: start no more, finish what is paid for. */
  readonly stop: AbortSignal;
  /** Aborts at the second: leave at once. */
  readonly leave: AbortSignal;
}
