import { z } from 'zod';
import { Failure } from '../../core/errors.ts';
import type { Connection, FileStore, NewFile, RemoteFile } from '../../ports.ts';
import { downloading } from './download.ts';
import { freeCalls, isGone } from './free.ts';
import type { FreeWorld } from './free.ts';
import { jsonIn } from './json.ts';
import { maybe, tally, word } from './lenient.ts';
import { apiOrigin } from './origin.ts';
import { uploading } from './upload.ts';

/** A file as the API shows it. */
const Shown = z.object({
  name: z.string(),
  uri: z.string(),
  mimeType: word,
  sizeBytes: maybe(tally),
  state: word,
  expirationTime: word,
});

const PROCESSING_MS = 1_000;
const IDLE_MS = 60_000;
const NAME = /^files\/[\w-]{1,128}$/;

/** The Files API: what goes into a batch and what comes out of it. */
export function googleFiles(
  connection: Connection,
  world: FreeWorld & { readonly idleMs?: number },
): FileStore {
  const { baseUrl } = connection;
  const { clock, idleMs = IDLE_MS } = world;
  const free = freeCalls(connection, world);
  const { origin } = apiOrigin(baseUrl);
  const send = uploading({ baseUrl, origin, free });
  const fetching = downloading({ connection, free, idleMs });

  const addressOf = (name: string): string => {
    if (NAME.test(name)) return `${baseUrl}/v1beta/${name}`;
    throw new Failure('bug', `Not the name of a file: ${JSON.stringify(name)}.`);
  };

  async function get(name: string, signal: AbortSignal): Promise<z.infer<typeof Shown> | null> {
    const request = { method: 'GET', url: addressOf(name), headers: {}, body: null } as const;
    const answer = await free.call(request, { signal, what: `Asking for ${name}`, accept: isGone });
    return isGone(answer) ? null : read(answer.body, name);
  }

  function read(body: Uint8Array, name: string): z.infer<typeof Shown> {
    const json = jsonIn(body);
    const { data } = Shown.safeParse(isWrapped(json) ? json.file : json);
    if (data) return data;
    throw new Failure('unavailable', `The API answered without sense about ${name}.`, { charged: 'no' });
  }

  async function settled(shown: z.infer<typeof Shown>, signal: AbortSignal): Promise<RemoteFile> {
    let file = shown;
    while (file.state === 'PROCESSING') {
      await clock.sleep(PROCESSING_MS, signal);
      file = (await get(file.name, signal)) ?? { ...file, state: 'FAILED' };
    }
    if (file.state !== 'FAILED') return toFile(file);
    throw new Failure('unavailable', `The API could not take in ${file.name}.`, { charged: 'no' });
  }

  /** Found rather than sent again: the answer to the last piece may be what got lost. */
  async function upload(file: NewFile, signal: AbortSignal): Promise<RemoteFile> {
    const name = `files/${file.id}`;
    return free.again(async () => {
      const there = await get(name, signal);
      const shown = there ?? read(await send(file, signal), name);
      return settled(shown, signal);
    }, signal);
  }

  return {
    upload,
    download: (name, signal) =>
      fetching({ url: `${addressOf(name)}:download?alt=media`, what: `Fetching ${name}`, signal }),
    async get(name, signal) {
      const shown = await get(name, signal);
      return shown && settled(shown, signal);
    },
    async remove(name, signal) {
      const request = { method: 'DELETE', url: addressOf(name), headers: {}, body: null } as const;
      await free.call(request, { signal, what: `Removing ${name}`, accept: isGone });
    },
  };
}

const isWrapped = (json: unknown): json is { readonly file: unknown } =>
  typeof json === 'object' && json !== null && 'file' in json;

function toFile({ name, uri, mimeType, sizeBytes, expirationTime }: z.infer<typeof Shown>): RemoteFile {
  const expires = Date.parse(expirationTime ?? '');
  return {
    name,
    uri,
    mimeType: mimeType ?? '',
    bytes: sizeBytes ?? 0,
    expiresAt: Number.isNaN(expires) ? null : expires,
  };
}
