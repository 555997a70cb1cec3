import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkout, machine, market, type Files } from '../support/checkout.ts';
import { lacks } from '../support/lacks.ts';
import { tempDir } from '../support/tempdir.ts';

interface Image {
  readonly id: string;
  readonly prompt: string;
  readonly out: string;
  readonly format: 'keep' | 'webp' | 'png';
  readonly lane: 'now' | 'batch';
}

/** A commit: what the project asks for, and every file of it. */
interface Commit {
  readonly images: readonly Image[];
  readonly files: Files;
}

/** What somebody does on a branch. */
type Edit =
  | { readonly kind: 'prompt' | 'rename' | 'drop' | 'add' }
  | { readonly kind: 'out'; readonly out: string }
  | { readonly kind: 'format'; readonly format: Image['format'] }
  | { readonly kind: 'lane'; readonly lane: Image['lane'] };

const anEdit: fc.Arbitrary<readonly [nth: number, edit: Edit]> = fc.tuple(
  fc.nat({ max: 3 }),
  fc.oneof(
    fc.constantFrom<Edit>({ kind: 'prompt' }, { kind: 'rename' }, { kind: 'drop' }, { kind: 'add' }),
    fc.constantFrom<Edit>({ kind: 'out', out: 'x/{id}' }, { kind: 'out', out: 'images/{id}' }),
    fc.constantFrom<Edit>({ kind: 'format', format: 'keep' }, { kind: 'format', format: 'webp' }),
    fc.constantFrom<Edit>({ kind: 'format', format: 'png' }, { kind: 'lane', lane: 'batch' }),
  ),
);
const aBranch = fc.array(anEdit, { minLength: 1, maxLength: 4 });

/** How git merges a lock, and what it leaves where both sides changed the same lines. */
const STYLES = [['--ours'], ['--theirs'], ['--union'], [], ['--diff3'], ['--zdiff3']] as const;
const aMerge = fc.record({
  style: fc.constantFrom(...STYLES),
  /** Which side is taken where both changed the same picture, or the same file. */
  takesTheirs: fc.boolean(),
  prunes: fc.boolean(),
});

const START: readonly Image[] = ['a', 'b', 'c'].map((id) => ({
  id,
  prompt: `${id} of the start`,
  out: 'images/{id}',
  format: 'keep',
  lane: 'now',
}));

function edited(images: readonly Image[], nth: number, edit: Edit, fresh: () => string): readonly Image[] {
  if (edit.kind === 'add') {
    const name = fresh();
    return [...images, { id: name, prompt: name, out: 'images/{id}', format: 'keep', lane: 'now' }];
  }
  return images.flatMap((image, index) => {
    if (index !== nth % images.length) return [image];
    if (edit.kind === 'drop') return [];
    if (edit.kind === 'prompt') return [{ ...image, prompt: fresh() }];
    if (edit.kind === 'rename') return [{ ...image, id: fresh() }];
    const { kind: _, ...change } = edit;
    return [{ ...image, ...change }];
  });
}

/** Of three versions of one thing, as git does it; `clash` decides where both sides changed it. */
const merged = <T>(base: T, ours: T, theirs: T, clash: T): T => {
  if (isDeepStrictEqual(ours, theirs) || isDeepStrictEqual(base, theirs)) return ours;
  return isDeepStrictEqual(base, ours) ? theirs : clash;
};

function mergedImages(base: Commit, ours: Commit, theirs: Commit, takesTheirs: boolean): readonly Image[] {
  const imageOf = ({ images }: Commit, id: string): Image | undefined =>
    images.find((image) => image.id === id);
  const ids = new Set([...ours.images, ...theirs.images].map(({ id }) => id));
  return [...ids].flatMap((id) => {
    const [mine, other] = [imageOf(ours, id), imageOf(theirs, id)];
    return merged(imageOf(base, id), mine, other, takesTheirs ? other : mine) ?? [];
  });
}

const isOfUser = (path: string): boolean => path !== 'pixtab.lock' && !path.startsWith('.pixtab-trash/');

/** Pictures are binary files: git merges none, and takes one side whole. */
function mergedFiles(
  base: Commit,
  ours: Commit,
  theirs: Commit,
  takesTheirs: boolean,
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const path of new Set([...ours.files.keys(), ...theirs.files.keys()])) {
    const [mine, other] = [ours.files.get(path), theirs.files.get(path)];
    const file = merged(base.files.get(path), mine, other, takesTheirs ? other : mine);
    if (file !== undefined && isOfUser(path)) files.set(path, file);
  }
  return files;
}

describe.skipIf(lacks('git'))('branches that are merged', () => {
  it('buy each picture once, whatever was edited, in whatever order and however git merges the lock', async () => {
    await using dir = await tempDir();

    function mergedLock(versions: readonly Commit[], style: readonly string[]): Uint8Array {
      const names = ['ours', 'base', 'theirs'].map((name, index) => {
        writeFileSync(dir.at(name), versions[index]?.files.get('pixtab.lock') ?? '');
        return dir.at(name);
      });
      try {
        return execFileSync('git', ['merge-file', '-p', '-q', ...style, ...names], { stdio: 'pipe' });
      } catch (error) {
        // Its exit code counts the conflicts.
        if (error instanceof Error && 'stdout' in error && Buffer.isBuffer(error.stdout)) return error.stdout;
        throw error;
      }
    }

    await fc.assert(
      fc.asyncProperty(
        fc.array(aBranch, { minLength: 2, maxLength: 3 }),
        fc.array(aMerge, { minLength: 2, maxLength: 2 }),
        async (branches, merges) => {
          const world = market();
          const commits: Commit[] = [];
          let names = 0;
          /** What was paid for by batch. */
          const late: string[] = [];
          const fresh = (): string => `new${(names += 1)}`;

          /** Brings a checkout to what its manifest asks for, on a machine of its own, and commits it. */
          async function apply(
            images: readonly Image[],
            files: Files,
            ...flags: readonly string[]
          ): Promise<Commit> {
            const here = checkout(world, files, () => commits.map((commit) => commit.files));
            here.files.set('pixtab.json', Buffer.from(JSON.stringify({ images })));
            const ci = machine(world);
            const before = new Set(world.google.jobs.keys());
            let applied = await here.on(ci, 'apply', ...flags);
            const made = [...world.google.jobs].filter(([name]) => !before.has(name));
            if (made.length > 0) {
              world.google.end();
              applied = await here.on(ci, 'apply', ...flags);
            }
            for (const key of made.flatMap(([, { keys }]) => keys))
              late.push(ci.store.attempts.get(key)?.plan.prompt ?? key);
            expect(applied).toMatchObject({ code: 0, stderr: expect.anything() });
            expect((await here.on(machine(world), 'apply', '--frozen')).code).toBe(0);
            const kept = [...here.files].filter(([path]) => !path.startsWith('.pixtab-trash/'));
            const commit = { images, files: new Map(kept) };
            commits.unshift(commit);
            return commit;
          }

          const base = await apply(START, new Map());
          const tips: Commit[] = [];
          for (const branch of branches) {
            let tip = base;
            for (const [nth, edit] of branch)
              tip = await apply(edited(tip.images, nth, edit, fresh), tip.files);
            tips.push(tip);
          }
          let [main = base] = tips;
          for (const [index, theirs] of tips.slice(1).entries()) {
            const { style = [], takesTheirs = false, prunes = false } = merges[index] ?? {};
            const images = mergedImages(base, main, theirs, takesTheirs);
            const files = mergedFiles(base, main, theirs, takesTheirs);
            files.set('pixtab.lock', mergedLock([main, base, theirs], style));
            const places = images.map(({ id, out }) => out.replace('{id}', id));
            // People give two pictures of one place another one before they commit the merge.
            if (new Set(places).size < places.length) return;
            main = await apply(images, files, ...(prunes ? ['--prune', '--yes'] : []));
          }
          const paid = [...world.sent, ...late].toSorted();
          expect(paid).toEqual([...new Set(paid)]);
        },
      ),
      { numRuns: Number(process.env['PIXTAB_MODEL_RUNS'] ?? 40) },
    );
  }, 60_000);
});
