import { Failure } from '../../core/errors.ts';
import type { Access } from './access.ts';
import { listingIn, uploadIdIn } from './answers.ts';
import { requestsTo, type Answer, type Request, type RequestContext, type Tries } from './requests.ts';

/**
 * Objects of one bucket. What goes wrong is a Failure `unavailable`, `auth`, `usage` or `cancelled` that says why, and was
 * free. Whoever wants to stop waits for no further try of what only looks; what is written may be paid for, and is given up
 * by who leaves.
 */
export interface Bucket {
  /** null where there is none. */
  get(key: string): Promise<Uint8Array | null>;
  /** The same, and how old it is by the clock of the service. */
  look(key: string): Promise<Aged | null>;
  has(key: string): Promise<boolean>;
  /** Bytes of an object; null where there is none. */
  sizeOf(key: string): Promise<number | null>;
  /** False where there is one already and it is not to be replaced. */
  put(key: string, bytes: Uint8Array, options: { readonly replace: boolean }): Promise<boolean>;
  /** Nothing happens where there is none. */
  remove(key: string): Promise<void>;
  /** The keys that begin so. */
  keys(prefix: string): Promise<readonly string[]>;
  /** Proves that an object of this name could be written, and writes none; once a minute for each folder. */
  prove(key: string): Promise<void>;
}

export interface Aged {
  readonly bytes: Uint8Array;
  readonly ageMs: number;
}

/** What the user wants of what is under way. */
export interface Wishes {
  readonly stop: AbortSignal;
  readonly leave: AbortSignal;
}

export type BucketContext = Wishes & RequestContext;

/** A page has a thousand keys of a kilobyte, and a kilobyte may be written in three. */
const LARGEST_PAGE = 8 * 1024 * 1024;
/** A listing that always names one more page must neither keep anybody waiting nor fill the memory. */
const MOST_PAGES = 5_000;
/** Pages in a row that bring nothing new. */
const MOST_IN_VAIN = 10;
const MOST_KEYS = 2_000_000;

/** Long enough for all pictures of an order to rely on it. */
const PROOF_HOLDS_MS = 60_000;
/** An upload that was begun to prove something is given up even by who leaves at once. */
const GRACE_MS = 2_000;

export function bucketOf(name: string, access: Access, context: BucketContext): Bucket {
  const { clock, stop, leave } = context;
  const send = requestsTo(name, access, context);
  const writing = { stop: leave, leave };
  const looking = { stop: AbortSignal.any([stop, leave]), leave };

  async function found(key: string, tries = looking): Promise<Answer | null> {
    const answer = await send({ method: 'GET', key, also: [404] }, tries);
    return answer.status === 404 ? null : answer;
  }

  const get = async (key: string): Promise<Uint8Array | null> => (await found(key))?.body ?? null;

  async function look(key: string): Promise<Aged | null> {
    const answer = await found(key);
    if (answer === null) return null;
    const at = (header: string): number => Date.parse(answer.headers.get(header) ?? '');
    const ageMs = at('date') - at('last-modified');
    return { bytes: answer.body, ageMs: Number.isNaN(ageMs) ? Infinity : ageMs };
  }

  const head = (key: string, tries: Tries): Promise<Answer> =>
    send({ method: 'HEAD', key, also: [404] }, tries);

  const has = async (key: string, tries = looking): Promise<boolean> =>
    (await head(key, tries)).status !== 404;

  async function sizeOf(key: string): Promise<number | null> {
    const { status, headers } = await head(key, looking);
    if (status === 404) return null;
    const said = headers.get('content-length');
    // A service that packs what it sends says another length, or none.
    const isWhole = said !== null && !headers.has('content-encoding');
    return isWhole ? Number(said) : ((await get(key))?.byteLength ?? null);
  }

  async function put(
    key: string,
    body: Uint8Array,
    { replace }: { readonly replace: boolean },
  ): Promise<boolean> {
    if (replace) {
      await send({ method: 'PUT', key, body }, writing);
      return true;
    }
    // Some services do not know the condition, so what is there is looked for as well.
    if (await has(key, writing)) return false;
    const again = { before: false };
    const { status } = await send(
      { method: 'PUT', key, body, headers: { 'if-none-match': '*' }, also: [409, 412] },
      { ...writing, again },
    );
    if (status < 300) return true;
    // An answer that was lost may have been about this very object.
    const there = again.before ? await found(key, writing) : null;
    return there !== null && Buffer.compare(there.body, body) === 0;
  }

  async function remove(key: string): Promise<void> {
    await send({ method: 'DELETE', key, also: [404] }, writing);
  }

  async function keys(prefix: string): Promise<readonly string[]> {
    const found: string[] = [];
    let [pages, inVain] = [0, 0];
    for (let token: string | null = ''; token !== null; pages += 1) {
      if (pages === MOST_PAGES || inVain === MOST_IN_VAIN || found.length > MOST_KEYS)
        throw new Failure('unavailable', `The bucket ${name} lists its objects without an end.`, {
          hint: 'Name another bucket, or a folder of your own.',
          charged: 'no',
        });
      const query: Record<string, string> = { 'list-type': '2', 'encoding-type': 'url', prefix };
      if (token !== '') query['continuation-token'] = token;
      const { body } = await send({ method: 'GET', query, mostBytes: LARGEST_PAGE }, looking);
      const page = listingIn(body);
      inVain = page.keys.at(-1) === found.at(-1) || page.keys.length === 0 ? inVain + 1 : 0;
      for (const key of page.keys) found.push(key);
      token = page.next;
    }
    return found;
  }

  /** When each folder was last seen to take objects: permissions are given for folders. */
  const proven = new Map<string, number>();
  async function prove(key: string): Promise<void> {
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    const since = proven.get(folder);
    if (since !== undefined && clock.now() - since < PROOF_HOLDS_MS) return;
    // An upload in parts that is begun and given up needs the same permission, and leaves nothing.
    const late = graceAfter(leave, GRACE_MS);
    try {
      const begin: Request = { method: 'POST', key, query: { uploads: '' } };
      const { body } = await send(begin, { ...looking, leave: late.signal });
      const abandon: Request = { method: 'DELETE', key, query: { uploadId: uploadIdIn(body, name) } };
      // Where it may not be given up, the bucket has it as an upload that nobody ended, which its rules clear away.
      await send(abandon, { stop: late.signal, leave: late.signal }).catch(() => undefined);
    } finally {
      late.end();
    }
    proven.set(folder, clock.now());
  }

  return { get, look, has: (key) => has(key), sizeOf, put, remove, keys, prove };
}

/** Aborts a while after another signal did, which a worker keeps for days: `end` lets go of it. */
function graceAfter(signal: AbortSignal, ms: number): { readonly signal: AbortSignal; end(): void } {
  const over = new AbortController();
  const wait = (): void => void setTimeout(() => over.abort(), ms).unref();
  signal.addEventListener('abort', wait, { once: true });
  return { signal: over.signal, end: () => signal.removeEventListener('abort', wait) };
}
