import { objectPlace } from '../../core/files/place.ts';
import type { Clock } from '../../ports/index.ts';
import type { Wishes } from '../s3/bucket.ts';
import { bucketsOf } from '../s3/buckets.ts';
import type { SharedPlace } from './shared-journal.ts';

interface Surroundings extends Wishes {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** A picture that is paid for waits for its copy, so a service that fails is not asked for long. */
const RETRIES = { retries: 2, budgetMs: 10_000 };

/** Where answers are below "s3://bucket/prefix", those of real money and of the sandbox apart. Nobody is asked yet. */
export function sharedPlace(
  place: string,
  sandbox: boolean,
  { env, clock, ...wishes }: Surroundings,
): SharedPlace {
  const { bucket: name, key } = objectPlace(place);
  const folder = key === '' || key.endsWith('/') ? key : `${key}/`;
  const prefix = `${folder}${sandbox ? 'sandbox' : 'real'}/journal/`;
  const buckets = bucketsOf(env, clock, { ...wishes, retries: RETRIES });
  return { bucket: () => buckets(name), prefix, shown: `s3://${name}/${prefix}` };
}
