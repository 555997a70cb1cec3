import { ANSWER_LOST, type Failure, type FailureKind } from '../../core/errors.ts';
import type { AgentAnswer } from '../../ports/index.ts';
import { errorJson } from '../shared/command.ts';
import type { AgentContext } from './context.ts';

// What an agent may do about a failure: it has tools, and no command line.

const FOLLOWS: Readonly<Record<FailureKind | 'ok', string>> = {
  ok: 'It is done. The same idempotency_key brings this answer again; a new picture takes a new key.',
  pending: 'It is under way: ask again later with the same idempotency_key, or call check_job.',
  partial: 'Ask for the missing pictures with a new quote and a new key.',
  refused:
    'Change the prompt, and take a new quote and a new key. The same words are refused, and charged, again.',
  unconfirmed:
    'It may have been charged. Do not buy it again under another key; the person you work for can find out, and settle it.',
  disk: 'It is paid for and kept: call recover.',
  unread: 'It is paid for and kept: tell the person you work for.',
  'rate-limited': 'Nothing was charged: ask again later, with the same key.',
  unavailable: 'Nothing was charged: ask again later, with the same key.',
  'unavailable-model': 'Take another model: call list_models.',
  budget:
    'Nothing was sent. Ask for less, or tell the person you work for; call spending to see what is left.',
  auth: 'Tell the person you work for: only they can give a key.',
  usage: 'Nothing was sent. Mend the call as the message says.',
  cancelled: 'It was cancelled; ask again only if it is still wanted.',
  bug: 'Call spending before anything else: the ledger knows what was charged.',
};

/** The code of what is paid for, where its answer may be kept on another machine. */
export const ASKED_ELSEWHERE = 'asked-elsewhere';

/** The code of what is bought, where the books cannot be read any more. */
export const UNTOLD = 'untold';

/** The same for failures of one kind that leave another way. */
const BY_CODE: Readonly<Record<string, string>> = {
  [ANSWER_LOST]:
    'It is paid for, and nothing could keep it: tell the person you work for, and buy nothing before the disk takes files again.',
  [UNTOLD]:
    'It is bought, and what came of it cannot be told now: ask again with the same idempotency_key, and never under another.',
  [ASKED_ELSEWHERE]: 'It is paid for: tell the person you work for, who can finish it on that machine.',
};

/** What may be done next; `failure` is what it ended with, where it did not go well. */
export function mayFollow(
  outcome: string,
  charged: string,
  jobId: string | null,
  failure: Pick<Failure, 'code'> | null = null,
): string {
  const special = BY_CODE[failure?.code ?? ''];
  if (special !== undefined) return special;
  if (outcome === 'pending' && jobId !== null)
    return 'The pictures take up to a day: call check_job with this jobId. It goes on whether this server runs or not.';
  const next = Object.entries(FOLLOWS).find(([kind]) => kind === outcome)?.[1] ?? FOLLOWS.bug;
  // What a refusal costs is booked, though nobody says whether it is charged.
  const isTold = outcome === 'unconfirmed' || outcome === 'refused';
  return charged === 'unknown' && !isTold ? `${next} ${FOLLOWS.unconfirmed}` : next;
}

/** Parameters by the flags that set them, as hints name them. */
const FLAGS: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w-])-m(?= )/g, 'model'],
  [/(?<![\w-])-s(?= )/g, 'size'],
  [/(?<![\w-])-a(?= )/g, 'aspect'],
  [/(?<![\w-])-n(?= )/g, 'count'],
  [/(?<![\w-])-o(?=[ :])/g, 'name'],
  [/(?<![\w-])--(?=(model|size|aspect|count|lane|format|thinking) )/g, ''],
];

/** What is said to people, in the words of the tools; null where only they can follow it. */
export function inToolWords(text: string): string | null {
  const said = FLAGS.reduce((words, [flag, parameter]) => words.replace(flag, parameter), text);
  return /`|\bpixtab (?!writes |sells )[a-z]|(?<![\w-])--?[a-z]/.test(said) ? null : said;
}

/** The same of what only people can do: it is said as it is, since it is a fact of the order all the same. */
export const noteInToolWords = (text: string): string => inToolWords(text) ?? text;

/** What is said with every amount that was never money. */
export const sandboxNote = ({ settings }: Pick<AgentContext, 'settings'>): readonly string[] =>
  settings.sandbox ? ['note: this is the sandbox: pictures are stand-ins, and no money is spent.'] : [];

const hintFor = ({ hint, kind, code }: Failure): string =>
  BY_CODE[code ?? ''] ?? (hint === undefined ? null : inToolWords(hint)) ?? FOLLOWS[kind];

/** The answer of a tool that could do nothing. */
export function failedAnswer(
  failure: Failure,
  nothing: Readonly<Record<string, unknown>>,
  context: Pick<AgentContext, 'settings'>,
): AgentAnswer {
  const { mayFollow = '' } = nothing;
  const lines = new Set([noteInToolWords(failure.message), hintFor(failure), mayFollow]);
  return {
    text: [...lines].filter(Boolean).join('\n'),
    structured: { ...nothing, error: agentError(failure, context) },
    isError: true,
    pictures: [],
    links: [],
  };
}

/** As everywhere in JSON, but for the command to run: an agent has tools. */
export function agentError(failure: Failure, { settings }: Pick<AgentContext, 'settings'>) {
  const { kind, code, message, retryAfterSeconds } = errorJson(failure, settings);
  return {
    kind,
    code,
    message: noteInToolWords(message),
    hint: hintFor(failure),
    retryAfterSeconds,
  };
}
