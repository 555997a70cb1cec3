import { Failure } from '../../core/errors.ts';
import type { Job } from '../../ports/index.ts';

/** The API knows no such job. That says more about the key than about the job, so nothing is booked. */
export const stranger = ({ batch }: Job): Failure =>
  new Failure('auth', `The API knows no job ${batch} for this key; what is held for it stays held.`, {
    hint: 'A job is known only to the project that made it: use a key of that project.',
    charged: 'unknown',
  });

/** A list shows the jobs of one project alone, so it says nothing of a job that another one may have. */
export const hidden = ({ jobId }: Job): Failure =>
  new Failure(
    'auth',
    `Job ${jobId.slice(0, 8)} may have been made with another key, and this one does not show it; what is held for it stays held.`,
    { hint: 'Use a key of the project that it was made with.', charged: 'unknown' },
  );

/** A job is looked for with the key that it was written down with, so no other one makes it. */
export const planned = ({ jobId }: Job): Failure => {
  const id = jobId.slice(0, 8);
  return new Failure('auth', `Job ${id} was planned with another key, and is not made with this one.`, {
    hint: `Use that key, or give back what is held for the job: pixtab batch cancel ${id}`,
    charged: 'no',
  });
};

export const interrupted = (): Failure =>
  new Failure('cancelled', 'Cancelled; what is made goes on at the API.', {
    hint: 'pixtab batch wait takes it up again.',
    charged: 'no',
  });
