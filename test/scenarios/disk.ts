import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import { onConnection, replaceOn } from '../support/connections.ts';
import { serverIsFull } from './ledgers.ts';

/** What a disk does below a path, beneath every adapter, until it is given back. */
export interface Trouble extends Disposable {
  begin(): void;
  end(): void;
}

/** Every write below a folder finds no room, once so many bytes are written. */
export function full(folder: string, room = 0): Trouble {
  let left = room;
  return troubled(folder, {
    written(bytes, path) {
      left -= bytes;
      if (left < 0) throw systemError('ENOSPC', 'no space left on device', 'write', path);
    },
  });
}

/** Nobody may make a file below a folder. */
export const forbidden = (folder: string): Trouble =>
  troubled(folder, {
    made(path) {
      throw systemError('EACCES', 'permission denied', 'open', path);
    },
  });

/** What is written below a folder may never reach the disk, and the disk says so. */
export const failingFlush = (folder: string): Trouble =>
  troubled(folder, {
    flushed(path) {
      throw systemError('EIO', 'i/o error', 'fsync', path);
    },
  });

interface Blows {
  readonly made?: (path: string) => void;
  readonly written?: (bytes: number, path: string) => void;
  readonly flushed?: (path: string) => void;
}

function troubled(folder: string, { made, written, flushed }: Blows): Trouble {
  const real = { open: fs.open, writeFile: fs.writeFile, mkdir: fs.mkdir };
  let isOn = false;
  const meets = (path: unknown): path is string =>
    isOn && typeof path === 'string' && resolve(path).startsWith(folder);

  function breaking(handle: FileHandle, path: string): FileHandle {
    return new Proxy(handle, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: readonly unknown[]): Promise<unknown> => {
          if (name === 'writeFile' || name === 'write') written?.(sizeOf(args[0]), path);
          if (name === 'sync' || name === 'datasync') flushed?.(path);
          return Reflect.apply(value, target, args);
        };
      },
    });
  }

  fs.open = async (path, flags, mode) => {
    if (meets(path) && flags !== 'r') made?.(path);
    const handle = await real.open(path, flags, mode);
    return meets(path) ? breaking(handle, path) : handle;
  };
  fs.writeFile = async (path, data, options) => {
    if (meets(path)) {
      made?.(path);
      written?.(sizeOf(data), path);
    }
    return real.writeFile(path, data, options);
  };
  syncBuiltinESMExports();
  return {
    begin: () => void (isOn = true),
    end: () => void (isOn = false),
    [Symbol.dispose]() {
      Object.assign(fs, real);
      syncBuiltinESMExports();
    },
  };
}

/** No ledger finds room for what is written into it. SQLite rolls back by itself then, and goes on reading. */
export const fullLedger = (): Trouble => troubledLedger(Infinity);

/** The next thing that is written into a ledger finds no room, and what comes after it does. */
export const fullLedgerOnce = (): Trouble => troubledLedger(1);

function troubledLedger(times: number): Trouble {
  let isOn = false;
  const connections = onConnection((database) => {
    const exec = database.exec.bind(database);
    let isWriting = false;
    let met = 0;
    replaceOn(database, 'exec', (sql) => {
      if (isOn && sql === 'COMMIT' && isWriting && met < times) {
        met += 1;
        exec('ROLLBACK');
        throw Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
      }
      const [, begun] = /\bBEGIN (IMMEDIATE|DEFERRED)/.exec(sql) ?? [];
      if (begun !== undefined) isWriting = begun === 'IMMEDIATE';
      exec(sql);
    });
  });
  const metByServer = new Map<string, number>();
  serverIsFull((part) => {
    const before = metByServer.get(part) ?? 0;
    if (!isOn || before >= times) return false;
    metByServer.set(part, before + 1);
    return true;
  });
  return {
    begin: () => void (isOn = true),
    end: () => void (isOn = false),
    [Symbol.dispose]() {
      serverIsFull(() => false);
      connections[Symbol.dispose]();
    },
  };
}

const sizeOf = (data: unknown): number =>
  typeof data === 'string' ? data.length : data instanceof Uint8Array ? data.byteLength : 0;

function systemError(code: string, what: string, syscall: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${what}, ${syscall} '${path}'`), { code, syscall, path });
}
