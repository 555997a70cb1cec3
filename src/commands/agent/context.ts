import type { z } from 'zod';
import type { Failure } from '../../core/errors.ts';
import type { Usd } from '../../core/pricing/money.ts';
import type {
  AgentCall,
  AgentReply,
  AgentTool,
  Books,
  Deps,
  Once,
  Settings,
  Terminal,
} from '../../ports/index.ts';
import type { BuyFlags } from '../create/flags.ts';

/** What all tools of a server share; nothing of it can be changed by a client. */
export interface AgentContext {
  /** The name that the agent buys under. */
  readonly agent: string;
  /** The folder that its pictures go into, with every link in it followed. */
  readonly folder: string;
  /** As the command line and the user's settings have them, for what a tool does not say. */
  readonly flags: BuyFlags;
  /** What it may spend, as the command line says it. */
  readonly allowance: Allowance | null;
  /** Longest side of the pictures in answers, in pixels; 0 leaves them out. */
  readonly previewSize: number;
  readonly settings: Settings;
  /** Reads inputs and writes pictures where this agent may. */
  readonly deps: Deps;
  readonly terminal: Terminal;
  /** What this server is buying now: no other call may go on with that. */
  readonly buying: Set<Once>;
  /** Writes the allowance into the ledger, the first time that it is open. */
  readonly grant: (books: Books) => Promise<void>;
}

/** A tool, whoever calls it. */
export interface ToolOf<Args extends object = object> extends Omit<AgentTool, 'call'> {
  /** `args` are as `input` wants them. What it throws becomes the error of an answer that says `nothing` else. */
  readonly run: (args: Args, call: AgentCall, context: AgentContext) => Promise<AgentReply>;
  readonly nothing: (failure: Failure) => Readonly<Record<string, unknown>>;
}

/** A tool whose function is given exactly what its input says. */
export const tool = <const Input extends z.ZodObject>(
  its: Omit<ToolOf<z.infer<Input>>, 'input'> & { readonly input: Input },
): ToolOf => ({ ...its, run: (args, call, context) => its.run(args as z.infer<Input>, call, context) });

export interface Allowance {
  readonly amount: Usd;
  readonly per: 'day' | 'month' | 'total';
  /** The one project that it is for; null where it is for all. */
  readonly project: string | null;
}
