import { exitCodeFor, Failure, usageFailure, worseExit } from '../../core/errors.ts';
import { sum } from '../../core/pricing/money.ts';
import { sessionDays } from '../../core/policy/retention.ts';
import { isYes } from '../../core/text/text.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import { SESSION } from './flags.ts';
import { boughtNothing, buyPictures } from './run.ts';
import { completions, isFarewell, isForPixtab, obey, talker, tellCost, type Talk } from './chat-commands.ts';
import { tellFailure } from '../shared/command.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { ASKING, flag, PACE, WHO } from '../shared/flags.ts';
import { loadImages } from './input-images.ts';
import { isBlank } from './prompt.ts';
import { printSessions } from './session-list.ts';
import { forgetIdle, sessionName, threadOf, tooHeavy, turnsOf } from './session.ts';

const ORDER = [flag.model, flag.size, flag.aspect, flag.lane, flag.thinking, flag.image] as const;
const OUTPUT = [flag.out, flag.format, flag.quality, flag.force] as const;
const FINISH = [flag.embed, flag.sidecar, flag.preview, flag.open] as const;
const SENDING = [flag.maxCost, ...ASKING, flag.retries, flag.timeout, ...WHO] as const;
const PEOPLE = [flag.project, flag.labels, flag.quiet, flag.verbose, flag.color] as const;

/** Flags of other commands that a turn needs a value for. */
const ONE_TURN = { count: 1, concurrency: 1, onRetired: 'fail', refusalRetries: 0 } as const;

const LIST = declare('--list', 'the sessions that there are');
const FLAGS = [SESSION, LIST, ...ORDER, ...OUTPUT, ...FINISH, ...SENDING, ...PACE, ...PEOPLE] as const;
type ChatFlags = FlagsOf<typeof FLAGS> & typeof ONE_TURN;

export const chat = defineCommand({
  flags: FLAGS,
  configure: (command) => void command.addHelpText('after', HELP),
  run: (_, flags, deps, terminal) => run({ ...flags, ...ONE_TURN }, deps, terminal),
  failed: boughtNothing,
  leftOver: 'A picture to begin with has a flag: pixtab chat -i cat.jpg. A prompt is typed once it runs.',
});

const HELP = `
Examples:
  pixtab chat
  pixtab chat --session sky                      goes on with that session, or begins it

Every line is a prompt that goes on from the last picture, and is priced before it is sent: with everything that is
sent again. Lines that begin with / are for pixtab:
  /cost          what this session came to
  /model [name]  the model, or another one, which sees the last picture alone
  /save <file>   the last picture once more, as it came
  /undo          take the last turn back; its price stays
  /quit`;

async function run(flags: ChatFlags, deps: Deps, terminal: Terminal): Promise<number> {
  if (flags.out === '-') throw usageFailure('-o - has no place in a chat.', 'Name a folder: -o pictures/');
  if (flags.image?.includes('-')) throw usageFailure('A chat reads its prompts from standard input.');
  if (flags.lane === 'batch')
    throw usageFailure('A chat waits for each picture, and --lane batch brings it some day.');
  // Before the terminal is read line by line: it may have to be asked what it can show.
  const viewer = flags.preview ? await deps.preview() : null;
  const settings = await deps.settings(flags);
  const sessions = await deps.sessions(settings);
  if (flags.list) {
    printSessions(await sessions.list(), sessionDays(settings), deps, terminal);
    return 0;
  }
  const name = sessionName(flags.session ?? `chat-${deps.newId().slice(0, 8)}`);
  const model = talker(flags.model, deps.clock);
  const spent = sum(((await sessions.load(name)) ?? []).map(({ cost }) => cost));
  const talk: Talk = { name, sessions, model, spent, images: flags.image ?? [], exitCode: 0 };
  terminal.note(`chat   session ${name}; /quit ends it, and pixtab chat --session ${name} goes on with it`);
  const dialogue = await deps.dialogue((line) => completions(line, deps.clock));
  const within: Deps = {
    ...deps,
    ...(viewer && { preview: async () => viewer }),
    // The lines of the terminal come here already, so the answer to a question does too.
    confirm: async (question) => isYes((await dialogue.ask(`${question} [y/N] `)) ?? ''),
  };
  try {
    for (;;) {
      const line = deps.stop.aborted ? null : (await dialogue.ask('› '))?.trim();
      if (line === null || line === undefined || isFarewell(line)) break;
      if (!isBlank(line)) await answered(line, talk, flags, within, terminal);
    }
  } finally {
    dialogue.close();
  }
  await forgetIdle(settings, sessions, deps.clock, terminal);
  if (deps.stop.aborted) return exitCodeFor('cancelled');
  return terminal.stdinIsTerminal ? 0 : talk.exitCode;
}

/** What goes wrong with one line does not end the conversation. */
async function answered(
  line: string,
  talk: Talk,
  flags: ChatFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<void> {
  try {
    if (isForPixtab(line)) return await obey(line, talk, deps, terminal);
    await turn(line, talk, flags, deps, terminal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    tellFailure(error, terminal);
    talk.exitCode = worseExit(talk.exitCode, exitCodeFor(error.kind));
  }
}

async function turn(
  prompt: string,
  talk: Talk,
  flags: ChatFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<void> {
  const { name, model, sessions } = talk;
  const thread = await threadOf(name, model, sessions, deps.pictures);
  const inputs = await loadImages(talk.images, deps, terminal);
  const why = tooHeavy(inputs);
  if (why !== null) throw usageFailure(`-i: ${why}`);
  const [like] = thread.history.length === 0 ? inputs : [];
  const wanted = {
    command: 'chat',
    prompt,
    inputs,
    thread: { ...thread, notices: [] },
    turns: turnsOf(thread, sessions, deps.clock, {
      paid: (amount) => void (talk.spent = sum([talk.spent, amount])),
      placed: (name) => void (talk.name = name),
    }),
    ...(like && { like }),
  };
  const code = await buyPictures(wanted, { ...flags, model }, deps, terminal);
  // Whatever comes after it, what became of a purchase counts.
  talk.exitCode = worseExit(talk.exitCode, code);
  if (code === 0) talk.images = [];
  await tellCost(talk, terminal);
}
