import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { openInvoice } from '../../../src/adapters/invoice/open.ts';
import { readSkus } from '../../../src/adapters/invoice/read-skus.ts';
import { serveMetrics } from '../../../src/adapters/metrics/metrics.ts';
import { otherLedger } from '../../../src/adapters/ledger/other-ledger.ts';
import { rateLimited } from '../../../src/adapters/send/rate-limit.ts';
import { uploadingInputs } from '../../../src/adapters/send/upload-inputs.ts';
import { keyCredentials } from '../../../src/adapters/config/credentials.ts';
import { openManifest } from '../../../src/adapters/manifest/manifest.ts';
import { run } from '../../../src/cli.ts';
import { MODELS } from '../../../src/core/catalogue/catalogue.ts';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import { Failure } from '../../../src/core/errors.ts';
import { SANDBOX } from '../../../src/core/providers/sandbox.ts';
import { LIGHT_BYTES } from '../../../src/core/order/uploads.ts';
import type { Client, Deps, Settings, TerminalOptions } from '../../../src/ports/index.ts';
import { fakeAttic } from './attic.ts';
import { fakeApi, type FakeApi, type Scripted } from './api.ts';
import { fakeCheckup } from './checkup.ts';
import { fakeBatches, type FakeBatches } from './batches.ts';
import { fakeClock, type FakeClock } from './clock.ts';
import { fakeInputs } from './inputs.ts';
import { fakeJournal, type FakeJournal } from './journal.ts';
import { fakeKeys } from './keys.ts';
import { fakeLedger } from './ledger.ts';
import { fakeStore, type FakeStore } from './ledger-state.ts';
import { fakeLedgerReader } from './ledger-reader.ts';
import { fakePicture, fakePictures } from './pictures.ts';
import { fakePromptBook } from './promptbook.ts';
import { fakeSessions, type FakeSessions } from './sessions.ts';
import { fakePictureFiles, type FakePictureFiles } from './picture-files.ts';
import { fakeQueue } from './queue.ts';
import { fakeSlots } from './slots.ts';
import { fakePictureStore, type FakePictureStore } from './store.ts';
import { fakeTerminal, type FakeTerminal } from './terminal.ts';
import { fakeTree } from './tree.ts';
import { candidate, imagePart } from '../answers.ts';

export interface World {
  readonly api: FakeApi;
  readonly google: FakeBatches;
  readonly clock: FakeClock;
  readonly journal: FakeJournal;
  readonly sessions: FakeSessions;
  readonly pictureFiles: FakePictureFiles;
  readonly store: FakeStore;
  /** What the picture store keeps. */
  readonly pictureStore: FakePictureStore;
  readonly stop: AbortController;
  readonly leave: AbortController;
  readonly deps: Deps;
  /** Runs a command line over the fakes, as the binary would. */
  pixtab(...argv: readonly string[]): Promise<Ran>;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WorldOptions {
  /** Answers of the API in order; pictures once they are used up. */
  readonly script?: readonly Scripted[];
  readonly settings?: Partial<Settings>;
  /** Parts of the provider's API that answer otherwise. */
  readonly client?: Partial<Client>;
  readonly deps?: Partial<Deps>;
}

const SETTINGS: Omit<Settings, 'profile'> = {
  credentials: async () => keyCredentials({ value: 'AIza-fake', from: 'GEMINI_API_KEY' }),
  baseUrl: { value: 'https://google.example', from: 'default' },
  further: [],
  sandbox: false,
  pictureHosts: [],
  defaults: {},
  origins: {},
  notices: [],
  details: [],
};

/** A picture that the fake `Pictures` can read, as the API would send it. */
export const aPicture = (tag = '') =>
  candidate([imagePart(fakePicture('jpeg', 1024, 1024, tag), 'image/jpeg')]);

/** All ports over fakes: no disk, no network, no time. */
export function world({ script = [], settings = {}, client = {}, deps = {} }: WorldOptions = {}): World {
  const answers = Array.from(
    { length: 100 },
    (_, index): Scripted => script[index] ?? (async () => aPicture(String(index))),
  );
  const api = fakeApi(...answers);
  const clock = fakeClock();
  const google = fakeBatches(clock);
  const journal = fakeJournal();
  const pictureFiles = fakePictureFiles();
  const store = fakeStore();
  const slots = fakeSlots(clock);
  const pictureStore = fakePictureStore();
  const stop = new AbortController();
  const leave = new AbortController();
  const sessions = fakeSessions();
  const saved = new Map<string, string>();
  let ids = 0;
  const all: Deps = {
    version: '0.0.0',
    clock,
    cwd: '/work',
    zone: () => 'UTC',
    user: async () => 'ada',
    newId: () => `${String((ids += 1)).padStart(8, '0')}-fake`,
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    terminal: () => fakeTerminal(),
    settings: async () => ({
      profile: settings.sandbox ? SANDBOX : GOOGLE,
      ...SETTINGS,
      ...settings,
    }),
    settingsFile: async () => Promise.reject(new Failure('usage', 'There are no files of settings here.')),
    editText: async (text) => text,
    builtTable: async () => null,
    keys: async () => fakeKeys(),
    askSecret: async () => 'AIza-typed',
    sourceStack: async (stack) => stack,
    readText: async (path) => Promise.reject(new Failure('usage', `${path}: no such file`)),
    readStdin: async () => '',
    lines: async function* () {},
    overlay: async (path) => Promise.reject(new Failure('usage', `--prices ${path} cannot be read.`)),
    invoice: async (path) => openInvoice(path, Readable.from([])),
    skus: async (path) => readSkus(path),
    otherLedger: async (path) => otherLedger(path),
    queue: async () => fakeQueue({ clock, store, owner: 'this process' }),
    ledgers: async () => Promise.reject(new Failure('usage', 'There are no other ledgers here.')),
    confirm: async () => false,
    tree: async (folder) => fakeTree(pictureFiles.files, folder),
    attic: async (folder) => fakeAttic(pictureFiles.files, folder),
    manifest: openManifest,
    store: async () => pictureStore,
    checkup: async () => fakeCheckup(),
    client: async (_, { pace, onUpload = () => {} } = {}) => ({
      images: uploadingInputs(pace ? rateLimited(api, pace, clock, GOOGLE) : api, {
        files: google.files,
        lightBytes: LIGHT_BYTES,
        clock,
        sha256: all.sha256,
        onUpload,
      }),
      files: google.files,
      batches: google.batches,
      models: async () => ({
        models: MODELS.map(({ id, wire }) => ({ id, methods: [wire] })),
        serverTime: null,
      }),
      tries: async () => {},
      ...client,
    }),
    slots: async () => slots,
    sandbox: async () => ({ url: 'http://127.0.0.1:1', close: async () => {} }),
    isSandbox: async () => false,
    pictures: async () => fakePictures(),
    inputs: async () => fakeInputs(pictureFiles),
    sessions: async () => sessions,
    dialogue: async () => ({ ask: async () => null, close() {} }),
    prompts: async () => fakePromptBook(saved),
    preview: async () => async () => null,
    open: async () => {},
    site: async () => ({ url: 'http://127.0.0.1:2/token/', close: async () => {} }),
    pageAssets: async () => ({ script: 'document.title;', style: 'body{}' }),
    thumbnails: async () => ({
      async of(_, read) {
        const bytes = await read();
        return bytes && fakePictures().thumbnail(bytes);
      },
    }),
    pictureFiles: async () => pictureFiles,
    realFolder: async (path) =>
      (await pictureFiles.kindOf(path)) === 'folder' ? pictureFiles.realPath(path) : null,
    lockFolder: async () => () => {},
    lockName: async () => () => {},
    serveAgent: async () => async () => {},
    serveMetrics: async () => serveMetrics,
    repository: async () => null,
    repositoryFolder: async () => null,
    writeText: async () => true,
    books: async () => ({
      ledger: fakeLedger({ clock, store, hasAnswer: (attemptId) => journal.answers.has(attemptId) }),
      journal,
    }),
    ledgerReader: async () => fakeLedgerReader(store),
    stop: stop.signal,
    leave: leave.signal,
    ...deps,
  };
  return {
    api,
    google,
    clock,
    journal,
    pictureFiles,
    sessions,
    store,
    pictureStore,
    stop,
    leave,
    deps: all,
    async pixtab(...argv) {
      const terminal: FakeTerminal = fakeTerminal();
      const withOptions = (options: TerminalOptions): FakeTerminal => terminal.with(options);
      const code = await run(argv, { terminal: withOptions, ...omitTerminal(all) });
      return { code, stdout: terminal.stdout.join('\n'), stderr: terminal.stderr.join('\n') };
    },
  };
}

function omitTerminal({ terminal: _, ...rest }: Deps): Omit<Deps, 'terminal'> {
  return rest;
}
