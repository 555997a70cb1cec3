import type { Reply } from '../core/order/reply.ts';
import type { AttemptPlan, ImageApi } from '../ports/index.ts';

interface Reader {
  readonly api: Pick<ImageApi, 'fetchLinked' | 'read'>;
  /** Leaves at once. */
  readonly leave: AbortSignal;
  /** Keeps the answer in the journal in place of what came, before anything is made of it. */
  readonly keep: (body: Uint8Array) => Promise<unknown>;
}

/**
 * Reads an answer. A picture that it only points to is fetched as far as it may be, and kept with the answer; `remarks`
 * say what became of it.
 */
export async function readWhole(
  body: Uint8Array,
  { wire, gateway }: Pick<AttemptPlan, 'wire' | 'gateway'>,
  { api, leave, keep }: Reader,
): Promise<{ readonly reply: Reply; readonly remarks: readonly string[] }> {
  const reply = api.read(body, wire, gateway);
  const { links = [] } = reply;
  if (links.length === 0) return { reply, remarks: [] };
  const linked = await api.fetchLinked(links, body, leave);
  if (linked.body === null) return { reply, remarks: linked.remarks };
  await keep(linked.body);
  return { reply: api.read(linked.body, wire, gateway), remarks: linked.remarks };
}
