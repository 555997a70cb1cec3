import type { Delivery } from '../http/response.ts';
import type { Fault, Faults } from './fault.ts';

const always = (
  about: string,
  how: Exclude<Delivery['how'], 'slow-head' | 'slow-body'>,
  works = true,
): Fault => ({
  does: 'deliver',
  about,
  works,
  delivery: () => ({ how }),
});

const slow = (about: string, how: 'slow-head' | 'slow-body'): Fault => ({
  does: 'deliver',
  about,
  works: true,
  delivery: (value) => ({ how, ms: value ?? 3000 }),
});

/** What happens to an answer on its way; unless it says so, the work is done and charged. */
export const DELIVERY_FAULTS: Faults = {
  'reset-before': always('the connection breaks before the work: not charged', 'drop', false),
  'reset-after': always('the connection breaks after the work: charged', 'drop'),
  truncate: always('the body breaks off in the middle', 'truncate'),
  stall: always('half the body, then silence', 'stall'),
  hang: always('no answer, ever; the work is done', 'hang'),
  'slow-head': slow('the head comes late; =N sets the milliseconds (3000)', 'slow-head'),
  'slow-body': slow('the body trickles; =N sets the milliseconds (3000)', 'slow-body'),
  'empty-body': always('status 200 without a body', 'empty'),
  page: always("somebody else's page with status 200", 'page'),
  'not-json': always('a body that is no JSON', 'garble'),
  gzip: always('compressed, asked for or not', 'gzip'),
};
