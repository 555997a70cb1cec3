import { called, type Dispatcher } from './watch.ts';

/**
 * For what is read whole: it never asks the engine to pause. Where the other side hangs up while a body is paused, undici
 * 7.30 fails an assertion that nobody can catch, or waits for ever, and a paid answer would be lost with it. Mended in
 * undici 8, which needs Node 22: https://github.com/nodejs/undici/issues/5360 (checked 2026-11-27).
 */
export function unpaused(inner: Dispatcher): Dispatcher {
  return {
    dispatch: (options, handler) =>
      inner.dispatch(
        options,
        called(handler, (name, args, call) => {
          // The newer name is given what it may pause; the older one asks with what it returns.
          if (name === 'onResponseData') args[0] = withoutPause(args[0]);
          const answer = call();
          return name === 'onData' ? true : answer;
        }),
      ),
  };
}

const withoutPause = (controller: unknown): unknown =>
  typeof controller === 'object' && controller !== null
    ? called(controller, (name, _, call) => (name === 'pause' ? undefined : call()))
    : controller;
