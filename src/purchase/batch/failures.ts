import { Failure } from '../../core/errors.ts';
import type { Job } from '../../ports/index.ts';

/** The API knows no such job. That says more about the key than about the job, so nothing is booked. */
export const stranger = ({ batch }: Job): Failure =>
  new Failure('auth', `The API knows no job ${batch} for this key; what is held for it stays held.`, {
    hint: 'A job is known only to the project that made it: use a key of that project.',
    charged: 'unknown',
  });

export const interrupted = (): Failure =>
  new Failure('cancelled', 'Cancelled; what is made goes on at the API.', {
    hint: 'pixtab batch wait takes it up again.',
    charged: 'no',
  });
