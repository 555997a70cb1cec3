import type { Provider } from '../../ports/index.ts';
import { guardedFetch, type GuardedFetch } from './fetch.ts';
import { openEngine } from './engine.ts';
import { linkedPictures, type FetchLinked } from './linked-picture.ts';
import type { ProxySettings } from './proxy.ts';
import { guardedStream, type GuardedStream } from './stream.ts';

/** An open way to one provider. */
export interface Http {
  readonly fetch: GuardedFetch;
  readonly stream: GuardedStream;
  readonly linked: FetchLinked;
  /** What stalls would keep the process alive: its connections end here, finished or not. */
  readonly close: () => Promise<void>;
}

export type OpenHttp = () => Promise<Http>;

/** The only way to a provider, through the proxy where there is one. */
export const httpTo =
  (provider: Provider, proxy: ProxySettings | null): OpenHttp =>
  async () => {
    const engine = await openEngine(proxy, provider.baseUrl);
    return {
      fetch: guardedFetch(provider, engine),
      stream: guardedStream(provider, engine),
      linked: linkedPictures(provider, proxy),
      close: () => engine.destroy(),
    };
  };

export async function withHttp<T>(open: OpenHttp, work: (http: Http) => Promise<T>): Promise<T> {
  const http = await open();
  try {
    return await work(http);
  } finally {
    await http.close();
  }
}
