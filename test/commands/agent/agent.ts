import type { AgentAbilities, AgentAnswer, AgentCall, AgentReply } from '../../../src/ports/index.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';
import { world, type WorldOptions } from '../../support/fakes/deps.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- answers are looked at field by field
export type Facts = any;

const CALL: AgentCall = {
  stop: new AbortController().signal,
  leave: new AbortController().signal,
  progress() {},
  can: { ask: false, listRoots: false },
  answers: {},
};

/** The tools of a server over fakes, as a client calls them. */
export async function agentOver(
  flags: readonly string[] = ['--allowance', '1'],
  { deps, ...options }: WorldOptions = {},
) {
  let load: (() => Promise<AgentAbilities>) | undefined;
  const around = world({
    ...options,
    deps: {
      cwd: '/art',
      serveAgent: async () => async (service) => {
        load = service.abilities;
      },
      ...deps,
    },
  });
  await around.pictureFiles.put('/art/photo.jpg', PHOTO, { replace: false });
  await around.pictureFiles.put('/secret/key.png', PHOTO, { replace: false });
  /** One more server here, with the same books. */
  async function server(flags: readonly string[]) {
    const { code, stderr } = await around.pixtab('mcp', ...flags);
    const abilities = await load?.();
    if (abilities === undefined) throw new Error(`no server: ${code} ${stderr}`);
    return { ...toolsOf(abilities), said: stderr };
  }
  return { ...around, ...(await server(flags)), server };
}

/** Tools as a client calls them. */
function toolsOf(abilities: AgentAbilities) {
  const raw = async (name: string, args: unknown, call: Partial<AgentCall> = {}): Promise<AgentReply> => {
    const tool = abilities.tools.find((each) => each.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return tool.call(args, { ...CALL, ...call });
  };
  const call = async (name: string, args: unknown, its: Partial<AgentCall> = {}): Promise<Facts> => {
    const reply = await raw(name, args, its);
    if ('wantsRoots' in reply) throw new Error('it asks');
    return { ...reply.structured, isError: reply.isError, text: reply.text };
  };
  const order = async (args: object, its: Partial<AgentCall> = {}): Promise<Record<string, unknown>> => {
    const { quote, error } = await call('estimate_image', args, its);
    if (quote === null) throw new Error(error.message);
    return { ...args, quote_id: quote.id, confirm_cost: quote.high, idempotency_key: 'key' };
  };
  return { abilities, raw, call, order };
}

export const isAnswer = (reply: AgentReply): reply is AgentAnswer => !('wantsRoots' in reply);

const PHOTO = fakePicture('png', 64, 64);
