import type { Clock } from '../../ports/index.ts';
import { accessFrom } from './access.ts';
import type { RetryPolicy } from '../../core/policy/retry.ts';
import type { Bucket, Wishes } from './bucket.ts';

/** Buckets by name. Nothing is loaded, and nobody needs access, before one is asked for. */
export type Buckets = (name: string) => Promise<Bucket>;

export function bucketsOf(
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
  wishes: Wishes & { readonly retries?: RetryPolicy },
): Buckets {
  const opened = new Map<string, Promise<Bucket>>();
  const open = async (name: string): Promise<Bucket> => {
    const access = accessFrom(env);
    const { proxyFrom } = await import('../http/proxy.ts');
    const { bucketOf } = await import('./bucket.ts');
    return bucketOf(name, access, { ...wishes, clock, proxy: proxyFrom(env) });
  };
  return (name) => {
    const bucket = opened.get(name) ?? open(name);
    opened.set(name, bucket);
    return bucket;
  };
}
