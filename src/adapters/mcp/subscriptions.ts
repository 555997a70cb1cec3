import type { AgentContent } from '../../ports/index.ts';
import type { Abilities } from './server.ts';

/** Resources that a client wants to hear of, whichever revision it says so in. */
export interface Subscriptions {
  /** `by` is the request that asks for it; left out where the client takes it back by the address. */
  add(uri: string, by?: string | number): Promise<void>;
  remove(uri: string, by?: string | number): void;
  /** What one request asked for. */
  removeAll(by: string | number): void;
  /** Tells the client what reads differently by now: after a call of its own, or with `follow` what went on elsewhere. */
  look(how: 'read' | 'follow'): Promise<void>;
}

const ANYBODY = '';

export function subscriptionsTo(
  abilities: Abilities,
  updated: (uri: string) => Promise<void>,
): Subscriptions {
  const wanted = new Map<string, { readonly by: Set<string | number>; said: Promise<string | null> }>();

  const saying = async (uri: string, how: 'read' | 'follow'): Promise<string | null> =>
    markOf(await (await abilities()).resources[how](uri));

  function drop(uri: string, by: string | number): void {
    const one = wanted.get(uri);
    one?.by.delete(by);
    if (one?.by.size === 0) wanted.delete(uri);
  }

  return {
    async add(uri, by = ANYBODY) {
      const one = wanted.get(uri) ?? { by: new Set(), said: saying(uri, 'read') };
      wanted.set(uri, one);
      one.by.add(by);
      await one.said;
    },
    remove: (uri, by = ANYBODY) => drop(uri, by),
    removeAll(by) {
      for (const uri of wanted.keys()) drop(uri, by);
    },
    async look(how) {
      for (const [uri, one] of wanted) {
        const before = await one.said;
        one.said = saying(uri, how).catch(() => before);
        if ((await one.said) !== before && wanted.has(uri)) await updated(uri);
      }
    },
  };
}

/** Texts are small; a picture is known by its hash, so that it can only come and go. */
function markOf(content: AgentContent | null): string | null {
  if (content === null) return null;
  return typeof content.body === 'string' ? content.body : 'there';
}
