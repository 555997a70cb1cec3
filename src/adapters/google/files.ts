import { z } from 'zod';
import { Failure } from '../../core/errors.ts';
import type { Clock, FileStore, NewFile, RemoteFile, UploadOptions } from '../../ports/index.ts';
import type { WireContext } from '../http/context.ts';
import { FILE_NAME, fileNamesOf, isHash, sha256Of } from './file-names.ts';
import { downloader } from './download.ts';
import { unbilledCalls, isGone } from './unbilled.ts';
import { jsonIn, maybe, tally, word } from '../lenient.ts';
import { uploader } from './upload.ts';

/** A file as the API shows it. */
const Shown = z.object({
  name: z.string().regex(FILE_NAME),
  uri: z.string(),
  mimeType: word,
  sizeBytes: maybe(tally),
  state: word,
  sha256Hash: word,
  expirationTime: word,
});
type Shown = z.infer<typeof Shown>;

const PROCESSING_MS = 1_000;
/** What it may take at most, where nobody says otherwise. */
const LONGEST_MS = 10 * 60_000;
const TELLING_MS = 10_000;

/** The Files API holds the pictures that a model is shown, the requests of a job and its results. */
export function googleFiles(context: WireContext): FileStore {
  const { provider, clock } = context;
  const { baseUrl, credentials } = provider;
  const unbilled = unbilledCalls(context);
  const send = uploader({ baseUrl, unbilled });
  const fetching = downloader({ ...context, unbilled });

  const addressOf = (name: string): string => {
    if (FILE_NAME.test(name)) return `${baseUrl}/v1beta/${name}`;
    throw new Failure('bug', `Not the name of a file: ${JSON.stringify(name)}.`);
  };

  async function get(name: string, signal: AbortSignal, what = `Asking for ${name}`): Promise<Shown | null> {
    const request = { method: 'GET', url: addressOf(name), headers: {}, body: null } as const;
    const answer = await unbilled.call(request, { signal, what, accept: isGone });
    return isGone(answer) ? null : read(answer.body, name);
  }

  function read(body: Uint8Array, name: string): Shown {
    const json = jsonIn(body);
    const { data } = Shown.safeParse(isWrapped(json) ? json.file : json);
    if (data) return data;
    throw new Failure('unavailable', `The API answered without sense about ${name}.`, { charged: 'no' });
  }

  async function settled(
    shown: Shown,
    signal: AbortSignal,
    { timeoutMs = LONGEST_MS, onWait }: Pick<UploadOptions, 'timeoutMs' | 'onWait'> = {},
  ): Promise<RemoteFile> {
    let file = shown;
    const since = clock.now();
    while (file.state === 'PROCESSING') {
      if (clock.now() - since >= timeoutMs) throw stillProcessing(file, timeoutMs);
      onWait?.(file.sizeBytes ?? 0);
      await unbilled.pause(PROCESSING_MS, signal);
      file = (await get(file.name, signal)) ?? { ...file, state: 'FAILED' };
    }
    if (file.state !== 'FAILED') return toFile(file);
    throw new Failure('unavailable', `The API could not take in ${file.name}.`, { charged: 'no' });
  }

  async function upload(file: NewFile, options: UploadOptions): Promise<RemoteFile> {
    const { signal, lastsMs, onSend } = options;
    const onWait = options.onWait && spaced(options.onWait, clock);
    const waiting = { timeoutMs: options.timeoutMs, onWait: () => onWait?.(file.bytes) };
    const sha256 = file.sha256 ?? (await sha256Of(file));
    const looking = `Looking for ${file.displayName} at the Files API`;
    const names = fileNamesOf(sha256, credentials, clock.now());
    const isIt = (shown: Shown): boolean =>
      shown.state !== 'FAILED' &&
      (shown.sizeBytes ?? file.bytes) === file.bytes &&
      (!shown.sha256Hash || isHash(shown.sha256Hash, sha256));

    async function found(name: string): Promise<RemoteFile | null> {
      const shown = await get(name, signal, looking);
      return shown && isIt(shown) ? settled(shown, signal, waiting) : null;
    }

    /**
     * Looks for the file before sending it again, because the answer to the last piece may be what got lost. null when
     * the name is taken.
     */
    function sent(name: string, isNew: boolean): Promise<RemoteFile | null> {
      let look = !isNew;
      return unbilled.again(async () => {
        const there = look ? await get(name, signal, looking) : null;
        look = true;
        if (there) return isIt(there) ? settled(there, signal, waiting) : null;
        const body = await send(file, name, signal, onWait);
        if (body === null) return found(name);
        const shown = read(body, name);
        if (isIt(shown)) return settled(shown, signal, waiting);
        await remove(name, signal);
        throw notWhole(file);
      }, signal);
    }

    const [first = '', ...others] = names.now;
    const young = await found(first);
    if (young) return young;
    for (const old of await Promise.all(names.earlier(lastsMs).map(found))) {
      if (old && (old.expiresAt ?? 0) - clock.now() > lastsMs) return old;
    }
    onSend?.();
    for (const name of [first, ...others]) {
      const uploaded = await sent(name, name === first);
      if (uploaded) return uploaded;
    }
    throw new Failure('unavailable', `The API has no free name for ${file.displayName}.`, {
      hint: 'Try again in some hours.',
      charged: 'no',
    });
  }

  async function remove(name: string, signal: AbortSignal): Promise<void> {
    const request = { method: 'DELETE', url: addressOf(name), headers: {}, body: null } as const;
    await unbilled.call(request, { signal, what: `Removing ${name}`, accept: isGone });
  }

  return {
    upload,
    download: (name, signal) =>
      fetching({ url: `${addressOf(name)}:download?alt=media`, what: `Fetching ${name}`, signal }),
    async get(name, signal) {
      const shown = await get(name, signal);
      return shown && settled(shown, signal);
    },
    remove,
  };
}

/** Runs `tell` when ten seconds have passed, and ten seconds later again. */
function spaced(tell: (arrived: number) => void, clock: Pick<Clock, 'now'>): (arrived: number) => void {
  let told = clock.now();
  return (arrived) => {
    if (clock.now() - told < TELLING_MS) return;
    told = clock.now();
    tell(arrived);
  };
}

const stillProcessing = ({ name }: Shown, timeoutMs: number): Failure =>
  new Failure(
    'unavailable',
    `The API had not taken in ${name} after ${Math.ceil(timeoutMs / 1_000)} s; nothing was charged.`,
    { hint: 'Try again later: what was uploaded is found. Or give it longer with --timeout.', charged: 'no' },
  );

const notWhole = ({ displayName }: NewFile): Failure =>
  new Failure('unavailable', `What arrived of ${displayName} is not what was sent.`, {
    charged: 'no',
    repeat: true,
  });

const isWrapped = (json: unknown): json is { readonly file: unknown } =>
  typeof json === 'object' && json !== null && 'file' in json;

function toFile({ name, uri, mimeType, sizeBytes, expirationTime }: Shown): RemoteFile {
  const expires = Date.parse(expirationTime ?? '');
  return {
    name,
    uri,
    mimeType: mimeType ?? '',
    bytes: sizeBytes ?? 0,
    expiresAt: Number.isNaN(expires) ? null : expires,
  };
}
