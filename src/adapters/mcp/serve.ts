import type { Readable, Writable } from 'node:stream';
import type { AgentService } from '../../ports/index.ts';
import { greet } from './greeting.ts';

/**
 * Speaks the Model Context Protocol over two streams. Resolves when the client is gone, or the user stops, and every call
 * has ended: what is paid for is finished, whoever still listens.
 */
export async function serve(
  service: AgentService,
  streams: { readonly stdin: Readable; readonly stdout: Writable },
  stop: AbortSignal,
): Promise<void> {
  const greeted = await greet(service, streams, stop);
  const { speak } = await import('./protocol.ts');
  await speak(service, streams, { stop, greeted });
}
