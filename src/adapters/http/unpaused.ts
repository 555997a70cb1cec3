import { MAX_ANSWER } from './fetch.ts';
import { called, type Dispatcher } from './watch.ts';

/**
 * For what is read whole: it never asks the engine to pause. Where the other side hangs up while a body is paused, undici
 * 7.30 fails an assertion that nobody can catch, or waits for ever, and a paid answer would be lost with it. Mended in
 * undici 8, which needs Node 22: https://github.com/nodejs/undici/issues/5360 (checked 2026-11-27). What comes faster than it
 * is unpacked lies in memory meanwhile: where that is more than any answer has, the connection ends. `most`: bytes as they came.
 */
export function unpaused(inner: Dispatcher, most = MAX_ANSWER): Dispatcher {
  return {
    dispatch(options, handler) {
      let came = 0;
      function count(chunk: unknown): void {
        came += chunk instanceof Uint8Array ? chunk.byteLength : 0;
        if (came > most) throw new Error('more came than any answer has');
      }
      return inner.dispatch(
        options,
        called(handler, (name, args, call) => {
          // The newer name is given what it may pause; the older one asks with what it returns.
          if (name === 'onResponseData') {
            args[0] = withoutPause(args[0]);
            count(args[1]);
          }
          if (name === 'onData') count(args[0]);
          const answer = call();
          return name === 'onData' ? true : answer;
        }),
      );
    },
  };
}

const withoutPause = (controller: unknown): unknown =>
  typeof controller === 'object' && controller !== null
    ? called(controller, (name, _, call) => (name === 'pause' ? undefined : call()))
    : controller;
