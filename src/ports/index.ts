import type { Overlay } from '../core/catalogue/overlay.ts';
import type { CompletionTable } from '../core/completion/table.ts';
import type { Sku } from '../core/invoice/skus.ts';
import type { ServeAgent } from './agent.ts';
import type { Account, Slots } from './api.ts';
import type { Checkup } from './doctor.ts';
import type { Dialogue, PromptBook, Sessions } from './conversation.ts';
import type { Books } from './journal.ts';
import type { InvoiceFile } from './invoice.ts';
import type { Keys } from './keys.ts';
import type { Ledgers, OtherLedger } from './ledger.ts';
import type { ServeMetrics } from './metrics.ts';
import type { PageAssets, Site, SiteAnswer, SiteRequest, Thumbnails } from './page.ts';
import type { Inputs, Pictures, PictureFiles, Viewer } from './pictures.ts';
import type { Attic, LedgerReader, ManifestFile, Store, Tree } from './project.ts';
import type { Client, ClientOptions, Provider } from './provider.ts';
import type { Queue } from './queue.ts';
import type { RunningSandbox, SandboxWishes } from './sandbox.ts';
import type { Settings, SettingsFile, SettingsFlags } from './settings.ts';
import type { Terminal, TerminalOptions } from './terminal.ts';

export type * from './agent.ts';
export type * from './api.ts';
export type * from './attempt.ts';
export type * from './batch.ts';
export type * from './doctor.ts';
export type * from './conversation.ts';
export type * from './files.ts';
export type * from './invoice.ts';
export type * from './jobs.ts';
export type * from './journal.ts';
export type * from './keys.ts';
export type * from './ledger.ts';
export type * from './metrics.ts';
export type * from './page.ts';
export type * from './pictures.ts';
export type * from './project.ts';
export type * from './provider.ts';
export type * from './queue.ts';
export type * from './sandbox.ts';
export type * from './settings.ts';
export type * from './terminal.ts';
export { BATCH_STATES, batchLine } from './batch.ts';
export { isTwin, JOB_STAGES, originalOf, twinAttemptId, twinJobId } from './jobs.ts';

/** Time and chance, so that tests own both. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1 */
  random(): number;
}

/** Everything a command can touch. Lazy where building it costs time or can fail. */
export interface Deps {
  readonly version: string;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly cwd: string;
  /** The user's time zone, as an IANA name. */
  readonly zone: () => string;
  /** The name of whoever is at work. */
  readonly user: () => Promise<string>;
  readonly sha256: (bytes: Uint8Array) => string;
  readonly terminal: (options: TerminalOptions) => Terminal;
  readonly settings: (flags: SettingsFlags) => Promise<Settings>;
  /** The user's own file of settings, or that of the project that the working directory is in. */
  readonly settingsFile: (whose: 'user' | 'project') => Promise<SettingsFile>;
  /** A text as the user left it in an editor; `name` is that of a file. Failure `usage` where there is no editor. */
  readonly editText: (text: string, name: string) => Promise<string>;
  readonly keys: () => Promise<Keys>;
  /** What the build wrote down for completion; null where it did not. */
  readonly builtTable: () => Promise<CompletionTable | null>;
  /** Asks on the terminal for a line that nobody sees. Failure `cancelled` where the user leaves. */
  readonly askSecret: (question: string) => Promise<string>;
  /** Asks on the terminal; false unless the answer is yes. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** A stack of the program that runs, with the places of its source. */
  readonly sourceStack: (stack: string) => Promise<string>;
  readonly readText: (path: string) => Promise<string>;
  readonly readStdin: () => Promise<string>;
  /** The lines of a file, or of standard input for `-`, in pieces as they are read. */
  readonly lines: (path: string) => AsyncIterable<readonly string[]>;
  /** Prices of an account or gateway. Failure `usage` with the line of what is wrong. */
  readonly overlay: (path: string) => Promise<Overlay>;
  /** What Google sent, as a table. Failure `usage` where it is no invoice of Google's. */
  readonly invoice: (path: string) => Promise<InvoiceFile>;
  /** What more SKUs of invoices count. Failure `usage` with the line of what is wrong. */
  readonly skus: (path: string) => Promise<readonly Sku[]>;
  /** Files from this folder on; at a git revision where one is named. */
  readonly tree: (folder: string, revision?: string) => Promise<Tree>;
  /** Where pictures of this folder may be found again. */
  readonly attic: (folder: string) => Promise<Attic>;
  /** A folder of the user's choice, or the one in the user's cache; placeholders of the sandbox are kept apart. */
  readonly store: (which: {
    readonly sandbox: boolean;
    readonly folder?: string | undefined;
    /** Bytes. */
    readonly limit?: number | undefined;
  }) => Promise<Store>;
  /** Opens a manifest; `shown` is its path as the user would write it. Failure `usage` with the place of what is wrong. */
  readonly manifest: (path: string, tree: Tree, shown: string) => Promise<ManifestFile>;
  /** Reaches nothing before it is asked to. */
  readonly client: (provider: Provider, options?: ClientOptions) => Promise<Client>;
  readonly slots: (which: { readonly sandbox: boolean; readonly account: Account }) => Promise<Slots>;
  /** A sandbox inside this process, on the loopback interface. */
  readonly sandbox: (wishes?: SandboxWishes) => Promise<RunningSandbox>;
  /** Whether a sandbox answers there. */
  readonly isSandbox: (baseUrl: string) => Promise<boolean>;
  readonly checkup: () => Promise<Checkup>;
  readonly pictures: () => Promise<Pictures>;
  readonly inputs: () => Promise<Inputs>;
  /** Real and sandbox sessions are kept apart, because neither API knows the signatures of the other. */
  readonly sessions: (which: { readonly sandbox: boolean }) => Promise<Sessions>;
  readonly dialogue: (complete: (line: string) => readonly string[]) => Promise<Dialogue>;
  readonly prompts: () => Promise<PromptBook>;
  /** For the terminal that stderr goes to; may ask it what it can show, so nobody else may be reading from it then. */
  readonly preview: () => Promise<Viewer>;
  /** Shows a file, or an address of this machine, in the program that the system has for it. */
  readonly open: (path: string) => Promise<void>;
  /** Serves what the function answers, null being 404, on the loopback interface. */
  readonly site: (answer: (request: SiteRequest) => Promise<SiteAnswer | null>) => Promise<Site>;
  readonly pageAssets: () => Promise<PageAssets>;
  readonly thumbnails: () => Promise<Thumbnails>;
  readonly pictureFiles: () => Promise<PictureFiles>;
  /** A folder with every link followed; null where there is none. */
  readonly realFolder: (path: string) => Promise<string | null>;
  /** Locks a folder for this process until it is released or the process ends; null while another process has it. */
  readonly lockFolder: (folder: string) => Promise<(() => void) | null>;
  /** Takes a name for this process, of this user's, until it is given back or the process ends; null while another has it. */
  readonly lockName: (name: string) => Promise<(() => void) | null>;
  /** Name of the git repository that the working directory is in; null outside of one. */
  /** Speaks with a client of the Model Context Protocol. */
  readonly serveAgent: () => Promise<ServeAgent>;
  readonly serveMetrics: () => Promise<ServeMetrics>;
  readonly repository: () => Promise<string | null>;
  /** The root of that repository. */
  readonly repositoryFolder: () => Promise<string | null>;
  /** Writes a text file whole. A new one takes no other's place: false where there is one. Failure `disk` where it cannot. */
  readonly writeText: (path: string, text: string, options: { readonly isNew: boolean }) => Promise<boolean>;
  readonly books: (which: { readonly sandbox: boolean }) => Promise<Books>;
  /** Failure `usage` where the ledger is not at a server. */
  readonly queue: (which: { readonly sandbox: boolean }) => Promise<Queue>;
  /** Failure `usage` where there is none in the folder. */
  readonly otherLedger: (path: string) => Promise<OtherLedger>;
  readonly ledgers: () => Promise<Ledgers>;
  /** Reads the same ledger, for commands that only ask what is under way. */
  readonly ledgerReader: (which: { readonly sandbox: boolean }) => Promise<LedgerReader>;
  /** Aborts at the first Ctrl-C: start no more, finish what is paid for. */
  readonly stop: AbortSignal;
  /** Aborts at the second: leave at once. */
  readonly leave: AbortSignal;
}
