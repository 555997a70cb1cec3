import { nearest } from '../../core/text/nearest.ts';
import { FAULTS } from './faults.ts';

/**
 * The requests that a fault can be meant for: those that make pictures, those that make a batch job, those about jobs that
 * exist, about files, about the models, or any. Where an entry names none, it is meant for those that make pictures.
 */
export const FAMILIES = ['paid', 'batch', 'jobs', 'files', 'models', 'any'] as const;
export type Family = (typeof FAMILIES)[number];

export interface DrawnFault {
  readonly name: string;
  /** The number after `=`. */
  readonly value: number | null;
}

/** One entry of a schedule. */
export interface Entry {
  readonly family: Family;
  /** What a request meets, all at once; none lets it pass. */
  readonly faults: readonly DrawnFault[];
  /** Requests left; Infinity for `x*`. */
  readonly times: number;
  /** The share of all requests that meet the fault, without end; null for entries that are used up in order. */
  readonly share: number | null;
}

const ENTRY =
  /^(?:(?<family>[a-z]+):)?(?<faults>[\w.=+-]+?)(?:x(?<times>\d+|\*))?(?:%(?<share>\d+(?:\.\d+)?))?$/i;
const FAULT = /^(?<name>[\w-]+)(?:=(?<value>\d+(?:\.\d+)?))?$/;

/**
 * Reads "429x2,reset-after,ok,files:503,500%10": two requests meet 429, one breaks, one passes; the first request for
 * files meets 503; after all that, a tenth of all requests meets 500. "reset-after+batch-twin" meets one request. Throws
 * a RangeError that names the entry.
 */
export function parseSchedule(schedule: string): readonly Entry[] {
  return schedule
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(parseEntry);
}

function parseEntry(entry: string): Entry {
  const { family, faults = '', times, share } = ENTRY.exec(entry)?.groups ?? {};
  const drawn = faults.split('+').map((fault) => parseFault(fault, entry));
  const usual = drawn.some(({ name }) => FAULTS[name]?.does === 'batch') ? 'batch' : 'paid';
  const meantFor = family === undefined ? usual : familyOf(family);
  if (meantFor === null)
    throw new RangeError(`no such kind of request: "${family}" (${FAMILIES.join(', ')})`);
  if (share !== undefined && Number(share) > 100)
    throw new RangeError(`a share is 100 % at most: "${entry}"`);
  return {
    family: meantFor,
    faults: drawn.filter(({ name }) => name !== 'ok'),
    times: times === undefined ? 1 : times === '*' ? Number.POSITIVE_INFINITY : Number(times),
    share: share === undefined ? null : Number(share) / 100,
  };
}

function parseFault(text: string, entry: string): DrawnFault {
  const { name = '', value } = FAULT.exec(text)?.groups ?? {};
  const known = ['ok', ...Object.keys(FAULTS)];
  const fault = known.find((each) => each.toLowerCase() === name.toLowerCase());
  if (fault !== undefined) return { name: fault, value: value === undefined ? null : Number(value) };
  const near = nearest(name, known);
  throw new RangeError(`no such fault: "${entry}"${near === null ? '' : ` (did you mean "${near}"?)`}`);
}

const familyOf = (name: string): Family | null =>
  FAMILIES.find((each) => each === name.toLowerCase()) ?? null;
