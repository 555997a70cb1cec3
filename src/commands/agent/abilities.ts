import { z } from 'zod';
import { asFailure } from '../../core/errors.ts';
import type { AgentAbilities, AgentCall, AgentReply } from '../../ports/index.ts';
import { estimateImage, editImage, generateImage } from './buy.ts';
import { checkJob } from './check-job.ts';
import type { AgentContext, ToolOf } from './context.ts';
import { joined } from '../../purchase/joined.ts';
import { listModels, recoverPaid, spending } from './look.ts';
import { PROMPTS } from './prompts.ts';
import { failedAnswer } from './advice.ts';
import { misfit } from './misfit.ts';
import { resourcesOf } from './resources.ts';
import { quietTerminal } from './terminal.ts';

export const TOOLS: readonly ToolOf[] = [
  estimateImage,
  generateImage,
  editImage,
  checkJob,
  listModels,
  spending,
  recoverPaid,
];

const SANDBOX = {
  sandbox: z.boolean().describe('true where pictures are drawn stand-ins, and no money is spent'),
};

/** What this agent may ask for. */
export const abilitiesOf = (context: AgentContext): AgentAbilities => ({
  tools: TOOLS.map((tool) => ({
    ...tool,
    output: tool.output.extend(SANDBOX),
    call: async (args, call) => marked(await called(tool, args, context, call), context),
  })),
  resources: resourcesOf(context),
  prompts: PROMPTS,
});

/** Whether it was money, in every answer. */
const marked = (reply: AgentReply, { settings: { sandbox } }: AgentContext): AgentReply =>
  'wantsRoots' in reply ? reply : { ...reply, structured: { sandbox, ...reply.structured } };

async function called(
  { input, run, nothing }: ToolOf,
  args: unknown,
  context: AgentContext,
  call: AgentCall,
): Promise<AgentReply> {
  // What a client cancels stops alone; what the user stops, stops everything.
  const [stop, leave] = [joined(context.deps.stop, call.stop), joined(context.deps.leave, call.leave)];
  try {
    const checked = input.safeParse(args, { reportInput: true });
    if (!checked.success) throw misfit(checked.error, input);
    return await run(checked.data, call, {
      ...context,
      terminal: quietTerminal(context.terminal, call.progress),
      deps: { ...context.deps, stop: stop.signal, leave: leave.signal },
    });
  } catch (error) {
    const failure = asFailure(error);
    return failedAnswer(failure, nothing(failure), context);
  } finally {
    stop.end();
    leave.end();
  }
}
