import { findModel, isAuto, MODELS, statusOf } from '../../core/catalogue/catalogue.ts';
import { dayOf } from '../../core/policy/calendar.ts';
import { usageFailure } from '../../core/errors.ts';
import { withExtension } from '../../core/files/filename.ts';
import { format, nano, sum, type Usd } from '../../core/pricing/money.ts';
import { counted } from '../../core/text/text.ts';
import type { Clock, Deps, Sessions, Terminal } from '../../ports/index.ts';
import { pictureIn, undoLast } from './session.ts';

/** What changes while people talk. */
export interface Talk {
  /** Another one once this one went on elsewhere. */
  name: string;
  readonly sessions: Sessions;
  model: string;
  /** All that was paid in it, as far as this chat knows. */
  spent: Usd;
  /** Input images of the next turn. */
  images: readonly string[];
  exitCode: number;
}

/** Words that end a chat everywhere: nobody means a picture of them. */
export const isFarewell = (line: string): boolean => /^\/?(?:quit|exit|bye|q)$/i.test(line);

/** Whether a line is no prompt: it begins with a slash, or asks for help. */
export const isForPixtab = (line: string): boolean => line.startsWith('/') || /^(?:help|\?)$/i.test(line);

/** Does what a line for pixtab says. */
export async function obey(line: string, talk: Talk, deps: Deps, terminal: Terminal): Promise<void> {
  const [word = '', ...rest] = line.split(/\s+/);
  const act = /^\/?(?:help|\?)$/i.test(word) ? help : COMMANDS[word];
  if (!act) throw usageFailure(`There is no ${word}.`, `There are ${Object.keys(COMMANDS).join(' ')} /quit.`);
  await act(rest.join(' '), talk, deps, terminal);
}

const help: Act = async (_words, _talk, _deps, terminal) =>
  terminal.note(`help   every line is a prompt, but for ${Object.keys(COMMANDS).join(' ')} /help /quit`);

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
    const picture = last && pictureIn(last);
    if (!picture) throw usageFailure('There is no picture yet.');
    if (path === '') throw usageFailure('/save needs the name of a file.');
    const info = await (await deps.pictures()).inspect(picture.bytes);
    const pictureFiles = await deps.pictureFiles();
    const named = withExtension(path, info?.mimeType ?? picture.mimeType);
    terminal.out(await pictureFiles.put(named, picture.bytes, { replace: false }));
  },
  async '/undo'(_words, { name, sessions }, _deps, terminal) {
    terminal.note(await undoLast(name, sessions));
  },
};

/** What was taken back was paid for too, and so was what brought no picture. */
export async function tellCost({ name, sessions, spent }: Talk, terminal: Terminal): Promise<void> {
  const turns = (await sessions.load(name)) ?? [];
  const standing = sum(turns.map(({ cost }) => cost));
  const besides = spent > standing ? `, and ${format(nano(spent - standing))} for other answers` : '';
  terminal.note(`cost   ${format(standing)} for ${counted(turns.length, 'turn')} of this session${besides}`);
}

/** Models that live and can go on from a picture. */
function talkers({ now }: Pick<Clock, 'now'>): readonly string[] {
  const day = dayOf(now());
  return MODELS.filter((model) => model.abilities.includes('chat') && statusOf(model, day) === 'active').map(
    ({ id }) => id,
  );
}

/** The id of one of them, or auto. */
export function talker(name: string, clock: Pick<Clock, 'now'>): string {
  if (isAuto(name)) return 'auto';
  const { id, name: model } = findModel(name);
  const offered = talkers(clock);
  if (offered.includes(id)) return id;
  throw usageFailure(`${model} is not for a chat.`, `These are: ${offered.join(', ')}.`);
}

/** Commands, and the models that may be asked for. */
export function completions(line: string, clock: Pick<Clock, 'now'>): readonly string[] {
  if (line.startsWith('/model ')) {
    return talkers(clock)
      .map((id) => `/model ${id}`)
      .filter((text) => text.startsWith(line));
  }
  return [...Object.keys(COMMANDS), '/quit'].filter((text) => line.startsWith('/') && text.startsWith(line));
}
