import * as nodeFs from 'node:fs/promises';

export interface FaultyFs {
  readonly fs: typeof nodeFs;
  /** What was called, in order: "open", "file.sync" … */
  readonly calls: readonly string[];
  /** Paths of the files and folders that were flushed, in order. */
  readonly flushed: readonly string[];
}

export const systemError = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code });

/** node:fs/promises that fails as `verdict` says; it is asked before each call, by the call's name and its turn. */
export function faultyFs(verdict: (call: string, turn: number, path: string) => string | null): FaultyFs {
  const calls: string[] = [];
  const flushed: string[] = [];
  const guard = (name: string, path: string): void => {
    calls.push(name);
    const code = verdict(name, calls.length - 1, path);
    if (code !== null) throw systemError(code);
  };
  /** `opened` is the path that a file handle belongs to. */
  const guarded = <T extends object>(target: T, opened: string | null): T =>
    new Proxy(target, {
      get(_, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]): Promise<unknown> => {
          // A handle that is told to fail at closing must not stay open for that.
          if (name === 'close') await Reflect.apply(value, target, args);
          const path = opened ?? String(args[0]);
          guard(`${opened === null ? '' : 'file.'}${String(name)}`, path);
          if (name === 'close') return undefined;
          const result: unknown = await Reflect.apply(value, target, args);
          if (name === 'sync') flushed.push(path);
          return name === 'open' && typeof result === 'object' && result ? guarded(result, path) : result;
        };
      },
    });
  return { fs: guarded({ ...nodeFs }, null), calls, flushed };
}
