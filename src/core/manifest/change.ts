import { changesIn, type Asked } from './fingerprint.ts';
import type { Locked } from './lock.ts';
import type { Picture } from './picture.ts';

/** What stands at a path. */
export type Found =
  | { readonly kind: 'none' | 'other' }
  | { readonly kind: 'file'; readonly sha256: string; readonly bytes: number };

/** Where a picture that is not right yet comes from: only `buy` costs. */
export type Source = 'buy' | 'store' | 'file';

export interface Change {
  readonly action: 'create' | 'change' | 'keep';
  /** What is different, for `change`. */
  readonly why: readonly string[];
  /** null where nothing is to do. */
  readonly source: Source | null;
  /** The line of the lock that it goes by. */
  readonly locked: Locked | null;
  /** The file is not as it was bought: somebody has worked on it. */
  readonly touched: boolean;
}

export interface Facts {
  readonly picture: Picture;
  readonly hash: string;
  readonly asked: Asked;
  /** Lines of the lock about it. */
  readonly lines: readonly Locked[];
  /** What stands where a line says that the picture is. */
  readonly found: (locked: Locked) => Promise<Found>;
  /** Whether the store has it. */
  readonly stored: () => Promise<boolean>;
  /** Whether placeholders of the sandbox count as pictures. */
  readonly sandbox: boolean;
}

/** What is to be done for one picture. */
export async function changeFor(facts: Facts): Promise<Change> {
  const { picture, hash, asked, lines, sandbox } = facts;
  const usable = lines.filter((line) => sandbox || line.sandbox !== true);
  const locked = (await lineThatHolds(usable, facts)) ?? lines[0] ?? null;
  const gain = async (): Promise<Source> => ((await facts.stored()) ? 'store' : 'buy');
  if (locked === null) {
    return { action: 'create', why: [], source: await gain(), locked, touched: false };
  }
  const found = await facts.found(locked);
  const touched = found.kind === 'other' || (found.kind === 'file' && found.sha256 !== locked.sha256);
  const changed = (why: readonly string[], source: Source): Change => ({
    action: 'change',
    why,
    source,
    locked,
    touched,
  });
  if (!sandbox && locked.sandbox === true)
    return changed(['only a placeholder of the sandbox'], await gain());
  if (locked.hash !== hash) {
    const why = changesIn(locked.asked, asked);
    return changed(why.length > 0 ? why : ['what determines it'], await gain());
  }
  if (found.kind === 'none') return changed(['its file is missing'], await gain());
  if (touched) return changed(['its file was changed'], await gain());
  const why = (['out', 'format', 'quality'] as const).filter((name) => locked[name] !== picture[name]);
  if (why.length === 0) return { action: 'keep', why, source: null, locked, touched };
  // A file that was never converted is as good as the answer itself.
  const asItCame = locked.format === null || (locked.format === picture.format && !why.includes('quality'));
  return changed(why, asItCame ? 'file' : await gain());
}

/** The line of this hash whose file is there, or else of this hash, or else the latest. */
async function lineThatHolds(lines: readonly Locked[], { hash, found }: Facts): Promise<Locked | null> {
  const same = lines.filter((line) => line.hash === hash);
  if (same.length > 1) {
    for (const line of same) {
      const there = await found(line);
      if (there.kind === 'file' && there.sha256 === line.sha256) return line;
    }
  }
  return same[0] ?? lines[0] ?? null;
}
