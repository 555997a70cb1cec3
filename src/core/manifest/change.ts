import { changesIn, type Asked } from './fingerprint.ts';
import type { Locked } from './lock.ts';
import type { Picture } from './picture.ts';

/** What stands at a path. A Git LFS pointer counts as the file that it points to. */
export type Found =
  | { readonly kind: 'none' | 'other' }
  | {
      readonly kind: 'file';
      readonly sha256: string;
      readonly bytes: number;
      /** Its bytes are not here, but where git LFS keeps them. */
      readonly isPointer?: boolean;
    };

/** Where a picture that is not right yet comes from: only `buy` costs, and `lfs` has to be fetched by git. */
export type Source = 'buy' | 'store' | 'file' | 'git' | 'lfs';

/** Where the bytes of a line of a lock are. */
export interface Trace {
  readonly line: Locked;
  /** From the project's folder. */
  readonly path: string;
  /** The commit in which it is; null for a file of the checkout. */
  readonly revision: string | null;
  readonly isPointer: boolean;
}

export interface Change {
  readonly action: 'create' | 'change' | 'keep';
  /** What is different, for `change`. */
  readonly why: readonly string[];
  /** null where nothing is to do. */
  readonly source: Source | null;
  /** What it is made of, where that is a file, is in git, or has to be fetched by git. */
  readonly trace: Trace | null;
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
  /** Where the checkout has it, under whatever id and in whatever format. */
  readonly here: () => Promise<readonly Trace[]>;
  /** Where git has it, in another branch or an older commit. */
  readonly past: () => Promise<readonly Trace[]>;
  /** Whether placeholders of the sandbox count as pictures. */
  readonly sandbox: boolean;
}

/** What is to be done for one picture. */
export async function changeFor(facts: Facts): Promise<Change> {
  const { picture, hash, asked, lines, sandbox } = facts;
  const usable = lines.filter((line) => sandbox || line.sandbox !== true);
  const locked = (await lineThatHolds(usable, facts)) ?? lines[0] ?? null;
  if (locked === null)
    return { action: 'create', why: [], ...(await originOf(facts)), locked, touched: false };
  const found = await facts.found(locked);
  const touched = found.kind === 'other' || (found.kind === 'file' && found.sha256 !== locked.sha256);
  const changed = async (why: readonly string[]): Promise<Change> => ({
    action: 'change',
    why,
    ...(await originOf(facts)),
    locked,
    touched,
  });
  if (!sandbox && locked.sandbox === true) return changed(['only a placeholder of the sandbox']);
  if (locked.hash !== hash) {
    const why = changesIn(locked.asked, asked);
    return changed(why.length > 0 ? why : ['what determines it']);
  }
  if (found.kind === 'none') return changed(['its file is missing']);
  if (touched) return changed(['its file was changed']);
  const why = (['out', 'format', 'quality'] as const).filter((name) => locked[name] !== picture[name]);
  if (why.length > 0) return changed(why);
  const source = found.kind === 'file' && found.isPointer ? 'lfs' : null;
  return { action: 'keep', why, source, trace: null, locked, touched };
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

/**
 * Where a picture comes from that is not there as it is wanted. What loses nothing goes before what is converted once
 * more, and that before what has to be fetched: none of it costs.
 */
async function originOf(facts: Facts): Promise<Pick<Change, 'source' | 'trace'>> {
  const { format, quality } = facts.picture;
  const usable = (traces: readonly Trace[]): readonly Trace[] =>
    traces.filter(({ line }) => facts.sandbox || line.sandbox !== true);
  const best = (traces: readonly Trace[], isFit: (line: Locked) => boolean): Trace | undefined =>
    traces.find(({ line, isPointer }) => !isPointer && isFit(line));
  const asWanted = (line: Locked): boolean => line.format === format && line.quality === quality;
  const asItCame = (line: Locked): boolean => line.format === null;
  const from = (trace: Trace): Pick<Change, 'source' | 'trace'> => ({
    source: trace.isPointer ? 'lfs' : trace.revision === null ? 'file' : 'git',
    trace,
  });

  const here = usable(await facts.here());
  const near = best(here, asWanted) ?? best(here, asItCame);
  if (near) return from(near);
  if (await facts.stored()) return { source: 'store', trace: null };
  const past = usable(await facts.past());
  const all = [...here, ...past];
  const left = best(past, asWanted) ?? best(past, asItCame) ?? best(all, () => true) ?? all[0];
  return left ? from(left) : { source: 'buy', trace: null };
}
