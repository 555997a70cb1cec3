import type { Clock, Provider } from '../../ports/index.ts';
import type { OpenHttp } from '../http/open.ts';

/** What every part of a client of Google's wire works with. */
export interface GoogleContext {
  readonly provider: Provider;
  readonly open: OpenHttp;
  readonly clock: Clock;
}
