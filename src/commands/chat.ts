import { Option, type Command } from 'commander';
import { findModel, MODELS, statusOf } from '../core/catalogue/catalogue.ts';
import { dayOf } from '../core/day.ts';
import { EXIT, Failure, usageFailure } from '../core/errors.ts';
import { withExtension } from '../core/filename.ts';
import { format, sum } from '../core/money.ts';
import { counted } from '../core/text.ts';
import type { Clock, Deps, Sessions, Terminal } from '../ports.ts';
import { type BuyFlags } from './buyflags.ts';
import { boughtNothing, buyPictures } from './buying.ts';
import { tellFailure, type CommandModule, type RawFlags } from './command.ts';
import { flag, PACE } from './flags.ts';
import { loadImages } from './images.ts';
import { bytesOf, sessionName, threadOf, turnsOf } from './session.ts';

interface ChatFlags extends BuyFlags {
  readonly session?: string;
}

const ORDER = [flag.model, flag.size, flag.aspect, flag.lane, flag.thinking, flag.image];
const OUTPUT = [flag.out, flag.format, flag.quality, flag.embed, flag.sidecar, flag.preview, flag.open];
const SENDING = [flag.maxCost, flag.retries, flag.timeout, flag.sandbox, flag.baseUrl, flag.apiKeyFile];
const PEOPLE = [flag.project, flag.labels, flag.quiet, flag.verbose, flag.color];

/** Flags of other commands that a turn needs a value for. */
const ONE_TURN = { count: 1, concurrency: 1, onRetired: 'fail', refusalRetries: 0 } as const;

export const chat: CommandModule = {
  configure(command: Command): void {
    command.addOption(new Option('--session <name>', 'a conversation to begin, or to go on with'));
    for (const option of [...ORDER, ...OUTPUT, ...SENDING, ...PACE, ...PEOPLE]) command.addOption(option());
    command.addHelpText('after', HELP);
  },
  run: (_, flags, deps, terminal) => run({ ...flags, ...ONE_TURN } as RawFlags as ChatFlags, deps, terminal),
  failed: boughtNothing,
};

const HELP = `
Every line is a prompt that goes on from the last picture, and is priced before it is sent: with everything that is
sent again. Lines that begin with / are for pixtab:
  /cost          what this session came to
  /model [name]  the model, or another one, which sees the last picture alone
  /save <file>   the last picture once more, as it came
  /undo          take the last turn back; its price stays
  /quit`;

/** What changes while people talk. */
interface Talk {
  /** Another one once this one went on elsewhere. */
  name: string;
  readonly sessions: Sessions;
  model: string;
  /** Input images of the next turn. */
  images: readonly string[];
  exitCode: number;
}

async function run(flags: ChatFlags, deps: Deps, terminal: Terminal): Promise<number> {
  if (flags.out === '-') throw usageFailure('-o - has no place in a chat.', 'Name a folder: -o pictures/');
  if (flags.image?.includes('-')) throw usageFailure('A chat reads its prompts from standard input.');
  // Before the terminal is read line by line: it may have to be asked what it can show.
  const viewer = flags.preview ? await deps.preview() : null;
  const within = viewer ? { ...deps, preview: async () => viewer } : deps;
  const { sandbox } = await deps.settings(flags);
  const sessions = await deps.sessions({ sandbox });
  const name = sessionName(flags.session ?? `chat-${deps.newId().slice(0, 8)}`);
  const model = talker(flags.model, deps.clock);
  const talk: Talk = { name, sessions, model, images: flags.image ?? [], exitCode: 0 };
  terminal.note(`chat   session ${name}; /quit ends it, and pixtab chat --session ${name} goes on with it`);
  const dialogue = await deps.dialogue((line) => completions(line, deps.clock));
  try {
    for (;;) {
      const line = deps.stop.aborted ? null : (await dialogue.ask('› '))?.trim();
      if (line === null || line === undefined || line === '/quit') break;
      if (line !== '') await answered(line, talk, flags, within, terminal);
    }
  } finally {
    dialogue.close();
  }
  if (deps.stop.aborted) return EXIT.cancelled;
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
    if (line.startsWith('/')) return await command(line, talk, deps, terminal);
    const code = await turn(line, talk, flags, deps, terminal);
    if (code !== 0) talk.exitCode = code;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    tellFailure(error, terminal);
    talk.exitCode = EXIT[error.kind];
  }
}

async function turn(
  prompt: string,
  talk: Talk,
  flags: ChatFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const { name, model, sessions } = talk;
  const thread = await threadOf(name, model, sessions, deps.pictures);
  const inputs = await loadImages(talk.images, deps, terminal);
  const [like] = thread.history.length === 0 ? inputs : [];
  const wanted = {
    command: 'chat',
    prompt,
    inputs,
    thread: { ...thread, notices: [] },
    turns: turnsOf(thread, sessions, deps.clock, (placed) => void (talk.name = placed)),
    ...(like && { like }),
  };
  const code = await buyPictures(wanted, { ...flags, model }, deps, terminal);
  if (code === 0) {
    talk.images = [];
    await tellCost(talk, terminal);
  }
  return code;
}

async function command(line: string, talk: Talk, deps: Deps, terminal: Terminal): Promise<void> {
  const [word = '', ...rest] = line.split(/\s+/);
  const act = COMMANDS[word];
  if (!act) throw usageFailure(`There is no ${word}.`, `There are ${Object.keys(COMMANDS).join(' ')} /quit.`);
  await act(rest.join(' '), talk, deps, terminal);
}

type Act = (words: string, talk: Talk, deps: Deps, terminal: Terminal) => Promise<void>;

const COMMANDS: Readonly<Record<string, Act>> = {
  '/cost': (_, talk, __, terminal) => tellCost(talk, terminal),
  async '/model'(name, talk, { clock }, terminal) {
    const turns = await talk.sessions.load(talk.name);
    if (name !== '') talk.model = talker(name, clock);
    const current = talk.model === 'auto' ? (turns?.at(-1)?.model ?? 'auto') : talk.model;
    terminal.note(`model  ${current}`);
  },
  async '/save'(path, { name, sessions }, deps, terminal) {
    const last = (await sessions.load(name))?.at(-1);
    const picture = last && bytesOf(last);
    if (!picture) throw usageFailure('There is no picture yet.');
    if (path === '') throw usageFailure('/save needs the name of a file.');
    const info = await (await deps.pictures()).inspect(picture.bytes);
    const shelf = await deps.shelf();
    const named = withExtension(path, info?.mimeType ?? picture.mimeType);
    terminal.out(await shelf.put(named, picture.bytes, { replace: false }));
  },
  async '/undo'(_words, { name, sessions }, _deps, terminal) {
    const turns = (await sessions.load(name)) ?? [];
    const last = turns.at(-1);
    if (last === undefined) throw usageFailure('There is nothing to take back.');
    if (!(await sessions.undo(name, last.id))) throw usageFailure(`Session ${name} just went on elsewhere.`);
    terminal.note(`undone ${counted(turns.length - 1, 'turn')} left; what was paid stays paid`);
  },
};

async function tellCost({ name, sessions }: Talk, terminal: Terminal): Promise<void> {
  const turns = (await sessions.load(name)) ?? [];
  const total = format(sum(turns.map(({ cost }) => cost)));
  terminal.note(`cost   ${total} for ${counted(turns.length, 'turn')} of this session`);
}

/** Models that live and can go on from a picture. */
function talkers({ now }: Pick<Clock, 'now'>): readonly string[] {
  const day = dayOf(now());
  return MODELS.filter((model) => model.abilities.includes('chat') && statusOf(model, day) === 'active').map(
    ({ id }) => id,
  );
}

/** The id of one of them, or auto. */
function talker(name: string, clock: Pick<Clock, 'now'>): string {
  if (name.trim().toLowerCase() === 'auto') return 'auto';
  const { id, name: model } = findModel(name);
  const offered = talkers(clock);
  if (offered.includes(id)) return id;
  throw usageFailure(`${model} is not for a chat.`, `These are: ${offered.join(', ')}.`);
}

/** Commands, and the models that may be asked for. */
function completions(line: string, clock: Pick<Clock, 'now'>): readonly string[] {
  if (line.startsWith('/model ')) {
    return talkers(clock)
      .map((id) => `/model ${id}`)
      .filter((text) => text.startsWith(line));
  }
  return [...Object.keys(COMMANDS), '/quit'].filter((text) => line.startsWith('/') && text.startsWith(line));
}
