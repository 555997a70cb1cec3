import { usageFailure } from '../errors.ts';
import type { ImageFormat } from '../files/format.ts';
import type { Asked } from './fingerprint.ts';

/** What was bought for one picture. */
export interface Locked {
  /** Key of the picture: "hero", "hero#2". */
  readonly id: string;
  /** SHA-256 of what determines it. */
  readonly hash: string;
  /** What was asked for, with shortened hashes: enough to say what changed. */
  readonly asked: Asked;
  /** Where it was to go, and as what. */
  readonly out: string;
  readonly format: ImageFormat | null;
  readonly quality: number | null;
  /** The file, from the manifest's folder. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** The model that made it. */
  readonly model: string;
  /** Decimal dollars; what it cost when it was bought. */
  readonly cost: string;
  /** The day on which it was bought. */
  readonly date: string;
  /** A placeholder: it was never paid for. */
  readonly sandbox?: true;
}

export const LOCK_HEAD =
  '# pixtab.lock/1: what was bought for the manifest. Commit it; merge it line by line.';

/**
 * What a lock says, a line a picture. Lines are facts: after a merge there may be several of one picture, with the marks
 * of a conflict around them, and the one that fits the manifest is right. They are parsed when they are asked for.
 */
export interface Lock {
  readonly ids: () => Iterable<string>;
  /** Of this picture; the last line first. */
  readonly of: (id: string) => readonly Locked[];
  /** Of this hash, whatever the picture is called. */
  readonly ofHash: (hash: string) => readonly Locked[];
  /** Its lines as they stand; empty when there is none. */
  readonly textOf: (id: string) => string;
  /** How many pictures it knows. */
  readonly size: number;
  /** Pictures that it has several lines of, as after a merge. */
  readonly several: readonly string[];
  /** The marks of a conflict stand in it. */
  readonly hasMarks: boolean;
}

/** Of one picture. Every branch that is merged may leave one more. */
const MOST_LINES = 1_000;

const ID_FIRST = /^\{"id":"((?:[^"\\]|\\.)*)",/;
const HASH_SECOND = /^\{"id":"(?:[^"\\]|\\.)*","hash":"([0-9a-f]{64})"/;
/** Seven by default; more where merges are nested, or where .gitattributes says so. */
const MARKS = /^(<{7,}|={7,}|>{7,}|\|{7,})( |$)/;

/** Reads a lock that comes in pieces. Failure `usage` with the line that makes no sense. */
export async function readLock(pieces: AsyncIterable<readonly string[]>, file: string): Promise<Lock> {
  const reader = lockReader(file);
  for await (const piece of pieces) reader.add(piece);
  return reader.lock();
}

/** Reads a lock at once. */
export function lockIn(text: string, file: string): Lock {
  const reader = lockReader(file);
  reader.add(text.replace(/^\uFEFF/, '').split('\n'));
  return reader.lock();
}

function lockReader(file: string) {
  /** The last line last; one that stands there twice, once. */
  const lines = new Map<string, Set<string>>();
  const several = new Set<string>();
  let hasMarks = false;
  let number = 0;
  function add(piece: readonly string[]): void {
    for (const line of piece) {
      number += 1;
      const content = line.trimEnd();
      const isMark = MARKS.test(content);
      hasMarks ||= isMark;
      if (content === '' || content.startsWith('#') || isMark) continue;
      const [, id] = ID_FIRST.exec(content) ?? [];
      if (id === undefined) throw unreadable(file, number);
      const key = id.includes('\\') ? idOf(content, file) : id;
      const same = lines.get(key) ?? new Set();
      lines.set(key, same);
      same.delete(content);
      same.add(content);
      if (same.size > 1) several.add(key);
      if (same.size > MOST_LINES) throw crowded(file, number);
    }
  }

  function lock(): Lock {
    let byHash: ReadonlyMap<string, readonly string[]> | null = null;
    return {
      ids: () => lines.keys(),
      of: (id) => [...(lines.get(id) ?? [])].toReversed().map((line) => lockedIn(line, file)),
      ofHash(hash) {
        byHash ??= linesByHash(lines.values());
        return (byHash.get(hash) ?? []).map((line) => lockedIn(line, file));
      },
      textOf: (id) => [...(lines.get(id) ?? [])].join('\n'),
      size: lines.size,
      several: [...several],
      hasMarks,
    };
  }

  return { add, lock };
}

export const NO_LOCK = lockIn('', '');

function linesByHash(lines: Iterable<Iterable<string>>): ReadonlyMap<string, readonly string[]> {
  const byHash = new Map<string, string[]>();
  for (const line of lastFirst(lines)) {
    const hash = HASH_SECOND.exec(line)?.[1];
    if (hash === undefined) continue;
    const same = byHash.get(hash);
    if (same === undefined) byHash.set(hash, [line]);
    else same.push(line);
  }
  return byHash;
}

function* lastFirst(lines: Iterable<Iterable<string>>): Generator<string> {
  for (const same of lines) yield* [...same].toReversed();
}

const idOf = (line: string, file: string): string => lockedIn(line, file).id;

function lockedIn(line: string, file: string): Locked {
  const entry = parsed(line);
  if (isLocked(entry)) return entry;
  throw usageFailure(
    `${file} has a line that cannot be read: ${line.slice(0, 80)}`,
    'Restore the file from its repository; what was bought is in the store and in the ledger.',
  );
}

/** What begins as a line of a lock is an object, or was cut short. */
function parsed(line: string): object {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

const TEXTS = ['id', 'hash', 'out', 'path', 'sha256', 'model', 'cost', 'date'] as const;

function isLocked(entry: object): entry is Locked {
  const fields: Readonly<Record<string, unknown>> = { ...entry };
  return (
    TEXTS.every((name) => typeof fields[name] === 'string') &&
    typeof fields['bytes'] === 'number' &&
    typeof fields['asked'] === 'object' &&
    fields['asked'] !== null
  );
}

const crowded = (file: string, line: number) =>
  usageFailure(
    `${file}:${line}: one picture has more than ${MOST_LINES} lines, which no merge leaves.`,
    'Restore the file from its repository; what was bought is in the store and in the ledger.',
  );

const unreadable = (file: string, line: number) =>
  usageFailure(
    `${file}:${line}: this is no line of a lock.`,
    'Restore the file from its repository; what was bought is in the store and in the ledger.',
  );

export function lockLine(locked: Locked): string {
  const { id, hash, path, sha256, bytes, model, cost, date, out, format, quality, asked, sandbox } = locked;
  const { prompt, size, aspect, thinking, needs, inputs, n } = asked;
  return JSON.stringify({
    id,
    hash,
    path,
    sha256,
    bytes,
    model,
    cost,
    date,
    ...(sandbox && { sandbox }),
    out,
    format,
    quality,
    asked: {
      model: asked.model,
      prompt,
      size,
      aspect,
      thinking,
      needs,
      inputs,
      n,
    },
  });
}

/**
 * A lock as it is on disk now, with what one process changed since it read it: what this process says holds, and lines
 * that others wrote meanwhile stay. `own` are all lines that it has read or written.
 */
export function mergedText(
  now: Lock,
  changes: ReadonlyMap<string, readonly Locked[]>,
  own: (line: string) => boolean,
): string {
  const textOf = (id: string): string => {
    const changed = changes.get(id);
    if (changed === undefined) return now.textOf(id);
    const came = now
      .textOf(id)
      .split('\n')
      .filter((line) => line !== '' && !own(line));
    return [...came, ...changed.map(lockLine).toReversed()].join('\n');
  };
  const ids = [...new Set([...now.ids(), ...changes.keys()])];
  return lockText(
    ids.filter((id) => textOf(id) !== ''),
    textOf,
  );
}

/** Sorted by id, so that the same pictures make the same file: by code units, since the rules of a language differ from machine to machine. */
export const lockText = (ids: readonly string[], textOf: (id: string) => string): string =>
  [LOCK_HEAD, ...ids.toSorted().map(textOf), ''].join('\n');
