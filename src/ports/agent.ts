import type { z } from 'zod';

/** What a program may ask of pixtab over the Model Context Protocol. */
export interface AgentService {
  readonly name: string;
  readonly version: string;
  /** Said to the model once. */
  readonly instructions: string;
  /** Loaded when a client first asks for any: it hears at once that the server is there. */
  readonly abilities: () => Promise<AgentAbilities>;
}

export interface AgentAbilities {
  readonly tools: readonly AgentTool[];
  readonly resources: AgentResources;
  readonly prompts: readonly AgentPrompt[];
}

export interface AgentTool {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly hints: AgentHints;
  /** Checks what it is given, and never throws. */
  readonly call: (args: unknown, call: AgentCall) => Promise<AgentReply>;
}

export interface AgentHints {
  /** It changes nothing, and costs nothing. */
  readonly readOnly: boolean;
  /** What it does cannot be taken back. */
  readonly destructive: boolean;
  /** The same again does nothing more. */
  readonly idempotent: boolean;
  /** It reaches beyond this machine. */
  readonly openWorld: boolean;
}

/** One call of a tool. */
export interface AgentCall {
  /** Aborts when the client cancels: nothing more is sent, and what is under way is finished. */
  readonly stop: AbortSignal;
  /** Aborts when it cancels once more: everything is left at once. */
  readonly leave: AbortSignal;
  /** Tells how far it is, in a sentence. */
  readonly progress: (sentence: string) => void;
  /** Whether the user can be asked, and whether the client says which folders it works in. */
  readonly can: { readonly ask: boolean; readonly listRoots: boolean };
  /** What was answered to an earlier `AgentQuestion` of this call; left out where nothing was. */
  readonly answers: { readonly agreed?: boolean; readonly roots?: readonly string[] };
}

export type AgentReply = AgentAnswer | AgentQuestion;

/** What must be known first: the call is made once more, with the answers. */
export interface AgentQuestion {
  /** Put to the user, who says yes or no; null where only the roots are asked for. */
  readonly question: string | null;
  readonly wantsRoots: boolean;
}

export interface AgentAnswer {
  readonly text: string;
  /** As `output` of the tool wants it. */
  readonly structured: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
  readonly pictures: readonly AgentPicture[];
  /** Originals, to be read as resources. */
  readonly links: readonly AgentResource[];
}

/** A picture that the model sees. */
export interface AgentPicture {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
}

export interface AgentResource {
  readonly uri: string;
  readonly name: string;
  readonly about: string;
  readonly mimeType: string;
  /** Bytes; left out where nobody counted. */
  readonly size?: number;
}

export interface AgentResources {
  readonly templates: readonly AgentTemplate[];
  /** Newest first. */
  readonly list: () => Promise<readonly AgentResource[]>;
  /** null where there is none that this agent may read. */
  readonly read: (uri: string) => Promise<AgentContent | null>;
  /** The same, of what goes on elsewhere: a job is taken as far as it goes first, at no cost. */
  readonly follow: (uri: string) => Promise<AgentContent | null>;
}

export interface AgentTemplate {
  /** "pixtab://pictures/{sha256}" */
  readonly pattern: string;
  readonly name: string;
  readonly about: string;
  readonly mimeType?: string;
}

export interface AgentContent {
  readonly mimeType: string;
  readonly body: string | Uint8Array;
}

/** A job that is often asked for, as the words that a client puts to its model. */
export interface AgentPrompt {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly args: z.ZodObject;
  readonly text: (args: Readonly<Record<string, string>>) => string;
}

/** Serves a client on standard input and output, until it goes, or until the user stops: what is paid for is finished. */
export type ServeAgent = (service: AgentService, stop: AbortSignal) => Promise<void>;
