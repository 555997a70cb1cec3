import { Failure } from '../../core/errors.ts';
import type { Clock } from '../../ports/index.ts';
import { lockFile } from './folder-lock.ts';

const TRIES = 100;
const PAUSE_MS = 20;

/** Where turns are taken, and what messages call what is changed. */
interface Turn {
  /** A file for the lock; it stays. */
  readonly lock: string;
  readonly what: string;
  readonly clock: Pick<Clock, 'sleep'>;
}

/** Reads and writes what other processes read and write too: one goes after the other. */
export async function inTurn<T>({ lock, what, clock }: Turn, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < TRIES; tries++) {
    const release = await lockFile(lock);
    if (release !== null) {
      try {
        return await work();
      } finally {
        release();
      }
    }
    await clock.sleep(PAUSE_MS);
  }
  throw new Failure('unavailable', `Another process is changing ${what}.`, { hint: 'Try it again.' });
}
