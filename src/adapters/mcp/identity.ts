import type { AgentService } from '../../ports/index.ts';

/** What the server can do, in the words of the protocol. */
export const CAPABILITIES = {
  tools: {},
  prompts: {},
  resources: { listChanged: true, subscribe: true },
} as const;

/** Who it is. */
export const identityOf = ({ name, version }: AgentService) => ({ name, version, title: 'pixtab' });
