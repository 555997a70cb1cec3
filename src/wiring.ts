import { resolve as resolveFolder } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Shelf } from './adapters/ledger/shelf.ts';
import type { BooksOptions } from './adapters/ledger/books.ts';
import type { Owner } from './adapters/ledger/owner.ts';
import { settings } from './adapters/config/settings.ts';
import { journalPlace, ledgerPlace } from './adapters/config/files.ts';
import { isServer, placesHere } from './adapters/config/folders.ts';
import { reportedZone, zoneOf } from './adapters/config/zone.ts';
import { isInBucket } from './core/files/place.ts';
import type { Buckets } from './adapters/s3/buckets.ts';
import { terminal, type Console } from './adapters/terminal/terminal.ts';
import type { Deps } from './ports/index.ts';

/** What tells one run of pixtab from another: tests give their own, and everything behind it stays the real thing. */
export interface Host extends Pick<Deps, 'version' | 'clock' | 'cwd' | 'stop' | 'leave'> {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The versions of Node that pixtab runs on. */
  readonly node: string;
  /** Asked for a stream only when it is needed: opening standard input costs time. */
  readonly console?: Console & {
    readonly stdin: Readable;
    readonly stdout: Writable;
    readonly stderr: Writable;
  };
  /** Who works on what is bought; this process where nobody is named. */
  readonly owner?: Owner;
  /** Where the ledger is kept; where the settings say, if nothing is named. */
  readonly shelf?: Shelf;
}

/** All adapters in their places. What is heavy is imported by the thunk that needs it, so that --help, estimate and models start at once. */
export function wired(host: Host): Deps {
  const { version, clock, cwd, stop, leave, env, node, owner, console = process } = host;
  let self: Owner | undefined;
  async function* stdin() {
    yield* (await import('./adapters/files/standard-input.ts')).standardInput(console.stdin, stop);
  }
  let buckets: Promise<Buckets> | undefined;
  const bucketsHere = (): Promise<Buckets> =>
    (buckets ??= import('./adapters/s3/buckets.ts').then(({ bucketsOf }) =>
      bucketsOf(env, clock, { stop, leave }),
    ));
  let shelves: Promise<Shelf> | undefined;
  /** Where this process keeps its ledger: at a server, it has one session there. */
  async function shelf(): Promise<Shelf> {
    if (host.shelf !== undefined) return host.shelf;
    const { shelfAt } = await import('./adapters/ledger/shelf.ts');
    shelves ??= ledgerPlace(env, cwd).then((place) => shelfAt(place, clock, env));
    return shelves;
  }
  /** Where answers are kept as well, if the user wants that. */
  async function copiesPlace({ sandbox }: { readonly sandbox: boolean }) {
    const place = await journalPlace(env, cwd);
    if (place === null) return null;
    const { sharedPlace } = await import('./adapters/journal/shared-place.ts');
    return sharedPlace(place, sandbox, { env, clock, stop, leave });
  }
  async function copies(which: { readonly sandbox: boolean }): Promise<Pick<BooksOptions, 'around'>> {
    const place = await copiesPlace(which);
    if (place === null) return {};
    const { sharedJournal } = await import('./adapters/journal/shared-journal.ts');
    return { around: (answers, keeping) => sharedJournal(answers, place, keeping) };
  }
  /** One process is one owner, however often it opens its books. */
  const selfHere = async (): Promise<Owner> =>
    (self ??= owner ?? (await import('./adapters/ledger/owner.ts')).thisProcess());
  const unheard = new Set<string>();
  const deps: Deps = {
    version,
    clock,
    cwd,
    zone: () => zoneOf(env, reportedZone()),
    user: async () => (await import('./adapters/config/user.ts')).userHere(env),
    newId: () => crypto.randomUUID(),
    // Asked of the process, because importing it would cost every start two milliseconds.
    sha256: (bytes) =>
      process.getBuiltinModule('node:crypto').createHash('sha256').update(bytes).digest('hex'),
    terminal: (options) => terminal(console, options),
    settings: (flags) => settings({ env, cwd }, flags),
    settingsFile: async (whose) =>
      (await import('./adapters/config/settings-file.ts')).settingsFile(whose, { env, cwd, clock }),
    editText: async (text, name) => (await import('./adapters/terminal/editor.ts')).editText(text, name, env),
    builtTable: async () => (await import('./adapters/built-table.ts')).builtTable(),
    keys: async () => (await import('./adapters/keys/kept-keys.ts')).keptKeys({ env, cwd, clock }),
    askSecret: async (question) =>
      (await import('./adapters/terminal/secret-input.ts')).askSecret(question, console),
    sourceStack: async (stack) => (await import('./adapters/source-stack.ts')).sourceStack(stack),
    readText: async (path) => (await import('./adapters/files/read-text.ts')).readText(path),
    readStdin: async () => (await import('./adapters/files/read-text.ts')).readStdin(stdin()),
    lines: async function* (path) {
      yield* (await import('./adapters/files/read-lines.ts')).linesOf(path, stdin(), `--prompt-file ${path}`);
    },
    overlay: async (path) => (await import('./adapters/prices/read-price-file.ts')).readOverlay(path),
    invoice: async (path) => (await import('./adapters/invoice/open.ts')).openInvoice(path, stdin()),
    skus: async (path) => (await import('./adapters/invoice/read-skus.ts')).readSkus(path),
    confirm: async (question) =>
      (await import('./adapters/terminal/confirm.ts')).confirm(question, console, stop),
    tree: async (folder, revision) => {
      const path = resolveFolder(folder);
      if (revision === undefined) return (await import('./adapters/tree/disk.ts')).diskTree(path, stdin());
      return (await import('./adapters/tree/git.ts')).gitTree(path, revision, env);
    },
    attic: async (folder) => (await import('./adapters/tree/attic.ts')).attic(resolveFolder(folder), env),
    store: async ({ sandbox, folder, limit }) => {
      const kind = sandbox ? 'sandbox' : 'real';
      if (folder !== undefined && isInBucket(folder))
        return (await import('./adapters/store/bucket-store.ts')).bucketStore(
          folder,
          kind,
          limit,
          await bucketsHere(),
        );
      const { store } = await import('./adapters/store/store.ts');
      const root = folder ?? `${placesHere(env, cwd).cache}/store`;
      return store(`${resolveFolder(root)}/${kind}`, clock, limit);
    },
    manifest: async (path, tree, shown) =>
      (await import('./adapters/manifest/manifest.ts')).openManifest(path, tree, shown),
    client: async (provider, options = {}) => {
      const { clientOf } = await import('./adapters/client.ts');
      const { proxyFrom } = await import('./adapters/http/proxy.ts');
      return clientOf(provider, options, { clock, sha256: deps.sha256, proxy: proxyFrom(env) });
    },
    slots: async (which) => {
      const { slotsIn } = await import('./adapters/ledger/rate-slots.ts');
      return slotsIn((await shelf())(which, 'slots'), which.account);
    },
    sandbox: async (wishes) => {
      const { startSandbox } = await import('./sandbox/server.ts');
      const { painter } = await import('./sandbox/placeholders.ts');
      return startSandbox({ ...wishes, clock, painter: painter() });
    },
    isSandbox: async (baseUrl) => (await import('./adapters/is-sandbox.ts')).isSandbox(baseUrl),
    checkup: async () =>
      (await import('./adapters/doctor.ts')).checkup({
        env,
        places: () => placesHere(env, cwd),
        ledger: () => ledgerPlace(env, cwd),
        journal: copiesPlace,
        clock,
        node: { version: process.versions.node, wanted: node },
      }),
    pictures: async () => (await import('./adapters/images/images.ts')).pictures(),
    inputs: async () => (await import('./adapters/images/load-inputs.ts')).inputs(stdin),
    sessions: async ({ sandbox }) => {
      const { sessionsIn } = await import('./adapters/session/sessions.ts');
      const place = await ledgerPlace(env, cwd);
      if (isServer(place)) return sessionsIn((await shelf())({ sandbox }, 'sessions'));
      const { sessionFile } = await import('./adapters/session/file.ts');
      const { state } = placesHere(env, cwd);
      return sessionsIn(sessionFile(`${state}${sandbox ? '/sandbox' : ''}/sessions.db`));
    },
    dialogue: async (complete) => {
      const { dialogue } = await import('./adapters/terminal/dialogue.ts');
      // A terminal that is read line by line gives no signal for Ctrl-C.
      const interrupt = (): void => void process.kill(process.pid, 'SIGINT');
      return dialogue({ input: console.stdin, output: console.stderr, complete, interrupt });
    },
    prompts: async () => {
      const { promptBook } = await import('./adapters/promptbook.ts');
      return promptBook(`${placesHere(env, cwd).config}/prompts`);
    },
    preview: async () => {
      const { viewer } = await import('./adapters/preview/viewer.ts');
      const { primaryAttributes } = await import('./adapters/preview/query-terminal.ts');
      const { isTTY = false, columns = 0 } = console.stderr;
      const attributes = () => primaryAttributes({ input: process.stdin, output: process.stderr });
      return viewer({ isTerminal: isTTY, columns, env, attributes });
    },
    open: async (path) => (await import('./adapters/terminal/opener.ts')).openFile(path, env),
    site: async (answer) => (await import('./adapters/page/serve.ts')).serve(answer),
    pageAssets: async () => (await import('./adapters/page/assets.ts')).pageAssets(),
    thumbnails: async () => {
      const { thumbnails } = await import('./adapters/page/thumbnails.ts');
      return thumbnails(`${placesHere(env, cwd).cache}/thumbnails`, clock, await deps.pictures());
    },
    pictureFiles: async () => {
      const { pictureFiles } = await import('./adapters/files/picture-files.ts');
      const { withBuckets } = await import('./adapters/s3/picture-files.ts');
      return withBuckets(pictureFiles(), await bucketsHere());
    },
    realFolder: async (path) => (await import('./adapters/files/real-folder.ts')).realFolder(path),
    lockFolder: async (folder) =>
      (await import('./adapters/files/folder-lock.ts')).lockFolder(
        resolveFolder(folder),
        `${placesHere(env, cwd).state}/projects`,
      ),
    lockName: async (name) =>
      (await import('./adapters/files/folder-lock.ts')).lockFile(
        `${placesHere(env, cwd).state}/locks/${name}.lock`,
      ),
    serveAgent: async () => {
      const { serve } = await import('./adapters/mcp/serve.ts');
      return (service, stop) => serve(service, console, stop);
    },
    serveMetrics: async () => (await import('./adapters/metrics/metrics.ts')).serveMetrics,
    repository: async () => (await import('./adapters/repository.ts')).repositoryOf(cwd),
    repositoryFolder: async () => (await import('./adapters/repository.ts')).repositoryFolder(cwd),
    writeText: async (path, text, options) =>
      (await import('./adapters/files/write-text.ts')).writeText(path, text, options),
    books: async (which) => {
      const { books } = await import('./adapters/ledger/books.ts');
      const ledger = (await shelf())(which);
      const around = await copies(which);
      const self = await selfHere();
      return books(which, placesHere(env, cwd).state, clock, {
        ledger,
        leave,
        owner: self,
        unheard,
        ...around,
      });
    },
    queue: async (which) => {
      const { queueBeside } = await import('./adapters/queue/open-queue.ts');
      return queueBeside(which, {
        shelf: await shelf(),
        state: placesHere(env, cwd).state,
        owner: await selfHere(),
      });
    },
    otherLedger: async (path) => (await import('./adapters/ledger/other-ledger.ts')).otherLedger(path),
    ledgers: async () => {
      const { ledgersOf } = await import('./adapters/ledger/ledgers.ts');
      return ledgersOf({ inUse: await shelf(), env, cwd, clock, state: placesHere(env, cwd).state });
    },
    ledgerReader: async (which) => {
      const { ledgerReader } = await import('./adapters/ledger/ledger-reader.ts');
      return ledgerReader((await shelf())(which));
    },
    stop,
    leave,
  };
  return deps;
}
