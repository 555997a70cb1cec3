import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../core/errors.ts';
import { toDecimal, usd } from '../core/money.ts';
import type { SessionTurn, Sessions } from '../ports.ts';
import { errno, trouble } from './errno.ts';

const SCHEMA = 'pixtab.turn/1';
const LATEST = 'latest';
const ENDING = '.json';

const Bytes = z.codec(z.string(), z.custom<Uint8Array>(), {
  decode: (text) => Buffer.from(text, 'base64'),
  encode: (bytes) => Buffer.from(bytes).toString('base64'),
});

const TurnFile = z.object({
  schema: z.literal(SCHEMA),
  root: z.string(),
  model: z.string(),
  cost: z.codec(z.string(), z.custom<SessionTurn['cost']>(), { decode: usd, encode: toDecimal }),
  at: z.number(),
  prompt: z.string(),
  inputs: z.array(
    z.object({ name: z.string(), mimeType: z.string(), width: z.int(), height: z.int(), bytes: Bytes }),
  ),
  answer: z.array(z.unknown()),
  pictures: z.int(),
  words: z.string(),
});

/** A folder a session, a file a turn: a turn is there as a whole or not at all, whatever happens to the process. */
export function sessions(folder: string): Sessions {
  const fileOf = (name: string, number: number): string =>
    join(folder, name, `${String(number).padStart(4, '0')}${ENDING}`);

  async function load(name: string): Promise<readonly SessionTurn[] | null> {
    const turns: SessionTurn[] = [];
    for (let number = 1; ; number += 1) {
      const turn = await read(fileOf(name, number));
      // What is left of an older session of the same name is none of it.
      if (turn === null || turn.root !== (turns[0] ?? turn).root) break;
      turns.push(turn);
    }
    return turns.length === 0 ? null : turns;
  }

  return {
    load,
    latest: async () => (await text(join(folder, LATEST)))?.trim() ?? null,
    async append(name, turn) {
      const before = (await load(name)) ?? [];
      const number = before[0]?.root === turn.root ? before.length + 1 : 1;
      const file = JSON.stringify(
        TurnFile.encode({ schema: SCHEMA, ...turn, inputs: [...turn.inputs], answer: [...turn.answer] }),
      );
      try {
        await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
        await write(fileOf(name, number), file);
        await write(join(folder, LATEST), name);
        if (number === 1) await forgetOlder(name);
      } catch (cause) {
        const why = trouble(cause).why;
        throw new Failure('disk', `The session ${name} could not be written: ${why}.`, { cause });
      }
    },
    async undo(name) {
      const turns = await load(name);
      if (turns === null) return false;
      await rm(fileOf(name, turns.length), { force: true });
      return true;
    },
  };

  async function forgetOlder(name: string): Promise<void> {
    const files = await readdir(join(folder, name));
    for (const file of files.filter((file) => file.endsWith(ENDING) && file !== `0001${ENDING}`)) {
      await rm(join(folder, name, file), { force: true });
    }
  }
}

async function read(path: string): Promise<SessionTurn | null> {
  const file = await text(path);
  if (file === null) return null;
  try {
    const { schema: _, ...turn } = TurnFile.parse(JSON.parse(file));
    return turn;
  } catch (cause) {
    throw new Failure('usage', `The turn in ${path} cannot be read.`, {
      hint: 'Delete the file to go on without it.',
      cause,
    });
  }
}

async function text(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (errno(cause) === 'ENOENT' || errno(cause) === 'ENOTDIR') return null;
    throw new Failure('usage', `${path} cannot be read: ${trouble(cause).why}.`, { cause });
  }
}

/** Only its owner may read what somebody asked for. */
async function write(path: string, content: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.new`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
