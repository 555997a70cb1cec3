import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../core/errors.ts';
import type { PromptBook } from '../ports/index.ts';
import { atomicWriter } from './files/atomic-write.ts';
import { errno, trouble } from './files/fs-errors.ts';
import { decoded } from './files/decode-text.ts';

const ENDING = '.txt';

/** One text file a prompt, so that they can be edited, copied and kept under version control. */
export function promptBook(folder: string): PromptBook {
  const fileOf = (name: string): string => join(folder, `${name}${ENDING}`);
  return {
    async save(name, text) {
      try {
        await atomicWriter().write(fileOf(name), [Buffer.from(`${text}\n`)]);
      } catch (cause) {
        throw broken(`The prompt ${name} was not saved in ${folder}`, cause);
      }
    },
    async find(name) {
      try {
        return decoded(await readFile(fileOf(name)), fileOf(name)).trim();
      } catch (cause) {
        if (errno(cause) === 'ENOENT') return null;
        throw cause instanceof Failure ? cause : broken(`The prompt ${name} cannot be read`, cause);
      }
    },
    async names() {
      try {
        const files = await readdir(folder);
        return files
          .filter((file) => file.endsWith(ENDING) && !file.startsWith('.'))
          .map((file) => file.slice(0, -ENDING.length))
          .toSorted();
      } catch (cause) {
        if (errno(cause) === 'ENOENT') return [];
        throw broken(`The prompts in ${folder} cannot be read`, cause);
      }
    },
    async remove(name) {
      try {
        await rm(fileOf(name));
        return true;
      } catch (cause) {
        if (errno(cause) === 'ENOENT') return false;
        throw broken(`The prompt ${name} cannot be removed`, cause);
      }
    },
  };
}

const broken = (what: string, cause: unknown): Failure =>
  new Failure('usage', `${what}: ${trouble(cause).why}.`, { cause });
