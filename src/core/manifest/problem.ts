import { Failure, type FailureKind } from '../errors.ts';

export type Path = readonly (string | number)[];

/** Something that is wrong at a path inside a value: with the key itself, or with what stands there. */
export interface Problem {
  readonly path: Path;
  readonly at: 'key' | 'value';
  readonly message: string;
}

/** Counts from 1, as editors do. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A value out of a file that can say where each of its parts stands. */
export interface Written {
  readonly value: unknown;
  readonly placeOf: (path: Path, at?: Problem['at']) => Place;
}

export interface Flaw {
  readonly place: Place;
  readonly message: string;
  readonly kind: FailureKind;
}

/** The most problems that are reported: the first is likely the cause of the rest. */
const MOST = 20;

/** Something that may be meant otherwise: worth a word, and no reason to stop. */
export type Doubt = Omit<Flaw, 'kind'>;

/** Gathers what is wrong with a manifest, so that one run tells all of it. */
export interface Flaws {
  /** Tells at once what may be meant otherwise. */
  doubt(doubt: Doubt): void;
  add(place: Place, message: string, kind?: FailureKind): void;
  /** Throws when anything was gathered. */
  refuse(): void;
}

export function flaws(doubt: Flaws['doubt'] = () => {}): Flaws {
  const found: Flaw[] = [];
  const refuse = (): void => {
    if (found.length > 0) throw flawed(found);
  };
  return {
    doubt,
    add(place, message, kind = 'usage') {
      found.push({ place, message, kind });
      if (found.length === MOST) refuse();
    },
    refuse,
  };
}

export const sentenceOf = ({ place: { file, line, column }, message }: Doubt): string =>
  `${file}:${line}:${column}: ${message}`;

function flawed(found: readonly Flaw[]): Failure {
  const [first] = found;
  const all = found.map(sentenceOf);
  const kind = first !== undefined && found.every((flaw) => flaw.kind === first.kind) ? first.kind : 'usage';
  return new Failure(kind, all.join('\n'));
}
