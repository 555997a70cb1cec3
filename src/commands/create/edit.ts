import { usageFailure } from '../../core/errors.ts';
import type { InputImage } from '../../core/order/order.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import { BUYING, buyingHelp, SESSION } from './flags.ts';
import { boughtNothing, buyPictures, nothingWanted } from './run.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import {
  checkMaskSources,
  loadMask,
  MASKED,
  maskPlan,
  checkStandardInput,
  loadImages,
  looksLikeImage,
} from './input-images.ts';
import { promptSources, wholePrompt } from './prompt.ts';
import {
  forgetIdle,
  newThread,
  sessionName,
  threadOf,
  tooHeavy,
  turnsOf,
  undoLast,
  UNNAMED,
  type Thread,
} from './session.ts';
import type { Turns } from '../../purchase/conversation-turn.ts';

const OWN = [
  declare('-p, --text <text>', 'what to change'),
  declare('--mask <file>', 'white where the picture may change; the rest keeps its pixels'),
  declare(
    '--continue <text>',
    'what to change about the picture that came last, of those that were asked for alone and without a mask',
  ),
  declare('--undo', 'take back the last turn of --session, or of what came last; its price stays'),
  SESSION,
] as const;
const FLAGS = [...OWN, ...BUYING] as const;
type EditFlags = FlagsOf<typeof FLAGS>;

export const edit = defineCommand({
  flags: FLAGS,
  configure(command) {
    command
      .argument('[image...]', 'the picture to change, then others it may look at; - reads standard input')
      .addHelpText('after', EXAMPLES);
  },
  help: buyingHelp(OWN),
  run,
  failed: boughtNothing,
});

const EXAMPLES = `
The picture keeps its ratio unless -a is given. It goes to the model as it is, unless something is said about it.

No model takes a mask as such: --mask sends it as a second picture with an instruction, and afterwards every pixel
that it keeps is put back as it was. The result is a PNG of the size of the picture.

Examples:
  pixtab edit photo.jpg -p "make the sky dramatic" -o dramatic.jpg
  pixtab edit room.jpg sofa.png -p "put this sofa into the room"
  pixtab edit photo.jpg -p "a bench" --mask lawn.png -o bench.png
  pixtab edit --continue "add a lake"             goes on from the picture that came last
  pixtab edit --undo                              takes that turn back`;

async function run(
  args: readonly string[],
  flags: EditFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  if (flags.undo) return undone(args, flags, deps, terminal);
  const { image = [], promptFile, mask, aspect } = flags;
  const { pictures, text } = await saidIn(args, flags, deps);
  const sources = [...pictures, ...image];
  if (mask !== undefined) {
    if (aspect !== undefined)
      throw usageFailure('--mask returns the picture in its own measures, so -a has no place beside it.');
    await checkMaskSources(sources, mask, deps);
  }
  const conversation = await conversationOf(flags, deps);
  if (sources.length === 0 && !goesOn(conversation.thread)) throw noImage(flags);
  const prompts = promptSources(deps, terminal, sources);
  const isSaid = [text, promptFile, flags.prompt].some((said) => said !== undefined);
  if (!isSaid && !prompts.stdinIsPiped()) throw noText(args);
  checkStandardInput([...sources, promptFile]);
  const asked = await wholePrompt(text === undefined ? [] : [text], flags, prompts);
  const inputs = await loadImages(sources, deps, terminal);
  // Only a picture that is changed lends its ratio; one that joins a conversation does not.
  const like = goesOn(conversation.thread) ? undefined : inputs[0];
  const wanted = {
    command: 'edit',
    ...asked,
    inputs,
    ...keeping(conversation, inputs, terminal),
    ...(like && { like }),
  };
  if (mask === undefined || !like) {
    // Read before anything is printed: nothing that comes after the document may fail.
    const settings = await deps.settings(flags);
    const sessions = await deps.sessions(settings);
    const code = await buyPictures(wanted, flags, deps, terminal);
    if (wanted.turns) await forgetIdle(settings, sessions, deps.clock, terminal);
    return code;
  }
  const second = await loadMask(mask, like, deps, terminal);
  const masked = {
    ...wanted,
    prompt: withMask(asked.prompt),
    ...(asked.prompts && { prompts: asked.prompts.map(withMask) }),
    inputs: [like, second, ...inputs.slice(1)],
    mask: await maskPlan(sources[0] ?? '', mask, deps),
  };
  return buyPictures(masked, flags, deps, terminal);
}

/** Takes a turn back that a session is stuck at, and buys nothing. */
async function undone(
  args: readonly string[],
  { session, image, text, continue: more, json, ...flags }: EditFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  if (args.length > 0 || [image, text, more].some((said) => said !== undefined))
    throw usageFailure('--undo takes a turn back, and buys nothing.', 'Say what to change without it.');
  const { sandbox } = await deps.settings(flags);
  const sessions = await deps.sessions({ sandbox });
  const name = session === undefined ? await sessions.latest() : sessionName(session);
  if (name === null) throw nothingBefore();
  terminal.note(await undoLast(name, sessions));
  if (json) terminal.out(JSON.stringify(nothingWanted(sandbox), null, 2));
  return 0;
}

const withMask = (prompt: string): string => `${prompt}\n\n${MASKED}`;

/** `edit cat.jpg "make it blue"` says what to change without -p: the last of several that is no file, nor called like one. */
async function saidIn(
  args: readonly string[],
  flags: EditFlags,
  { pictureFiles }: Pick<Deps, 'pictureFiles'>,
) {
  const text = wordsOf(flags);
  const last = args.at(-1);
  const isElsewhere = [text, flags.promptFile, flags.prompt].some((said) => said !== undefined);
  if (isElsewhere || args.length < 2 || last === undefined || last === '-' || looksLikeImage(last))
    return { pictures: args, text };
  if ((await (await pictureFiles()).kindOf(last)) === 'file') return { pictures: args, text };
  return { pictures: args.slice(0, -1), text: last };
}

function wordsOf({ text, continue: more }: EditFlags): string | undefined {
  if (text !== undefined && more !== undefined)
    throw usageFailure('The prompt is given twice: by -p and --continue.');
  return text ?? more;
}

/** What is gone on from, and where it is written down that others may go on from this. */
interface Conversation {
  readonly thread?: Thread;
  readonly turns?: Turns;
}

/** An edit that nobody named is written down too, so that --continue finds it. */
async function conversationOf(flags: EditFlags, deps: Deps): Promise<Conversation> {
  const { session, continue: more, model, mask, count, vary } = flags;
  if (mask !== undefined && (session !== undefined || more !== undefined)) {
    throw usageFailure('--mask puts the picture together on this machine, so no session can go on from it.');
  }
  const { sandbox } = await deps.settings(flags);
  const sessions = await deps.sessions({ sandbox });
  if (session === undefined && more === undefined) {
    // No turn of a thread, so the model need not be able to go on; but if it is, it can be gone on from.
    const isOne = mask === undefined && count === 1 && !vary;
    return isOne ? { turns: turnsOf(newThread(UNNAMED, undefined), sessions, deps.clock) } : {};
  }
  const name = session === undefined ? await sessions.latest() : sessionName(session);
  if (name === null) throw nothingBefore();
  const thread = await threadOf(name, model, sessions, deps.pictures);
  if (more !== undefined && !goesOn(thread)) throw nothingBefore();
  return { thread, turns: turnsOf(thread, sessions, deps.clock) };
}

/** What is too much to be kept is bought all the same, where nobody asked for a session. */
function keeping(
  conversation: Conversation,
  inputs: readonly InputImage[],
  terminal: Terminal,
): Conversation {
  const why = tooHeavy(inputs);
  if (why === null || conversation.turns === undefined) return conversation;
  if (conversation.thread) throw usageFailure(`--session: ${why}`);
  terminal.note(`note   --continue cannot go on from it: ${why}`);
  return {};
}

const goesOn = (thread: Thread | undefined): boolean =>
  thread !== undefined && thread.history.length + thread.inputs.length > 0;

const nothingBefore = () =>
  usageFailure('There is no edit to go on from.', 'Begin with a picture: pixtab edit photo.jpg -p "…"');

const noImage = ({ session }: EditFlags) =>
  usageFailure(
    session === undefined
      ? 'There is no picture to change.'
      : `There is no session ${session} to go on with, and no picture.`,
    'Name it: pixtab edit photo.jpg -p "make the sky dramatic"',
  );

function noText(args: readonly string[]) {
  const words = args.find((word) => /\s/.test(word));
  const meant =
    words === undefined ? 'pixtab edit photo.jpg -p "make the sky dramatic"' : `-p ${JSON.stringify(words)}`;
  return usageFailure('It is not said what to change.', `Say it with -p: ${meant}`);
}
