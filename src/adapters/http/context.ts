import type { Clock, Provider } from '../../ports/index.ts';
import type { OpenHttp } from './open.ts';

/** What every part of a client works with, whatever wire it speaks. */
export interface WireContext {
  readonly provider: Provider;
  readonly open: OpenHttp;
  readonly clock: Clock;
}
