import { createHash } from 'node:crypto';
import { Failure } from '../../src/core/errors.ts';
import type { Books, Store } from '../../src/ports/index.ts';
import { fakeAttic } from './fakes/attic.ts';
import { fakeBatches } from './fakes/batches.ts';
import { world, type Ran } from './fakes/deps.ts';
import { fakeClock } from './fakes/clock.ts';
import { fakeInputs } from './fakes/inputs.ts';
import { fakeJournal } from './fakes/journal.ts';
import { fakeLedger } from './fakes/ledger.ts';
import { fakeLedgerReader } from './fakes/ledger-reader.ts';
import { fakeStore } from './fakes/ledger-state.ts';
import { fakePicture } from './fakes/pictures.ts';
import { fakePictureFiles } from './fakes/picture-files.ts';
import { fakeTree } from './fakes/tree.ts';
import { fakeApi } from './fakes/api.ts';
import { pictureAnswer } from './answers.ts';

export type Files = ReadonlyMap<string, Uint8Array>;

/** A machine that keeps nothing from one run to the next, as in CI. */
const NO_STORE: Store = {
  has: async () => false,
  get: async () => null,
  prove: async () => {},
  put: async () => Promise.reject(new Failure('disk', 'There is no store.')),
};

/** What the whole world has in common: time, and who is paid. */
export function market() {
  const clock = fakeClock();
  const google = fakeBatches(clock);
  /** Prompts that were paid for, in whatever lane. */
  const sent: string[] = [];
  const api = () =>
    fakeApi(
      ...Array.from({ length: 50 }, () => async ({ prompt }: { readonly prompt: string }) => {
        sent.push(prompt);
        return pictureAnswer(fakePicture('jpeg', 64, 64, `${prompt} ${sent.length}`));
      }),
    );
  return { clock, google, sent, api };
}

type Market = ReturnType<typeof market>;

/** A ledger and a journal, on one machine. */
export interface Machine {
  readonly store: ReturnType<typeof fakeStore>;
  readonly books: Books;
}

export function machine({ clock }: Pick<Market, 'clock'>): Machine {
  const store = fakeStore();
  return { store, books: { ledger: fakeLedger({ clock, store }), journal: fakeJournal() } };
}

/** A checkout of a project without a store. `commits` are those of all branches, the latest first. */
export function checkout(
  { google, clock, api }: Market,
  start: Files = new Map(),
  commits: () => readonly Files[] = () => [],
) {
  const pictureFiles = fakePictureFiles(Object.fromEntries(start));
  const { files } = pictureFiles;
  return {
    files,
    write: (manifest: string): void => void files.set('pixtab.yaml', Buffer.from(manifest)),
    /** Its pictures, but for those in the trash. */
    paths: () =>
      [...files.keys()]
        .filter((path) => !path.startsWith('pixtab.') && !path.startsWith('.pixtab-trash/'))
        .toSorted(),
    /** Runs a command line on a machine. */
    on({ store, books }: Machine, ...argv: readonly string[]): Promise<Ran> {
      const { pixtab } = world({
        client: { images: api(), files: google.files, batches: google.batches },
        deps: {
          clock,
          store: async () => NO_STORE,
          books: async () => books,
          ledgerReader: async () => fakeLedgerReader(store),
          attic: async (folder) => fakeAttic(files, folder, commits),
          tree: async (folder) => fakeTree(files, folder),
          inputs: async () => fakeInputs(pictureFiles),
          pictureFiles: async () => pictureFiles,
        },
      });
      return pixtab(...argv);
    },
  };
}

export function pointerTo(bytes: Uint8Array): Uint8Array {
  const oid = createHash('sha256').update(bytes).digest('hex');
  return Buffer.from(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${bytes.byteLength}\n`,
  );
}
