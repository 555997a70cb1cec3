import { batches } from './batch/batches.ts';
import { seededRandom } from './random.ts';
import { chatRoutes } from './chat/chat-routes.ts';
import { controlRoutes } from './control.ts';
import type { Control } from './control.ts';
import { files } from './files/files.ts';
import { batchRoutes } from './batch/batch-routes.ts';
import { modelRoutes } from './models/model-routes.ts';
import type { Route } from './http/route.ts';
import type { State } from './state.ts';
import { fileRoutes } from './files/file-routes.ts';
import { uploads } from './files/receive-upload.ts';

/** Everything the sandbox answers to. */
export function endpoints(state: State): { readonly routes: readonly Route[]; readonly control: Control } {
  const stored = files(() => state.clock.now(), state.seed);
  const jobs = batches(state, seededRandom(state.seed, 'batches'));
  const sessions = uploads(stored, seededRandom(state.seed, 'uploads'));

  const control: Control = {
    setFaults: (schedule) => state.faults.set(schedule),
    addFaults: (schedule) => state.faults.add(schedule),
    pending: () => state.faults.pending(),
    settings: state.settings,
    change: state.change,
    now: () => state.clock.now(),
    account() {
      jobs.advance();
      return state.meter.account();
    },
    reset() {
      for (const part of [state, stored, jobs, sessions]) part.reset();
    },
  };
  return {
    control,
    routes: [
      ...controlRoutes(control),
      ...(state.guise.wire === 'chat'
        ? chatRoutes(state)
        : [
            ...modelRoutes(state, { files: stored, batches: jobs }),
            ...batchRoutes(state, jobs),
            ...fileRoutes(state, stored, (call) => sessions.handle(call)),
          ]),
    ],
  };
}
