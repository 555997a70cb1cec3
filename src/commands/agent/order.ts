import { z } from 'zod';
import { LANES, SIZES, THINKING_LEVELS, type Model } from '../../core/catalogue/model.ts';
import { asFailure, Failure } from '../../core/errors.ts';
import { extensionOf, fileNames, withExtension } from '../../core/files/filename.ts';
import { FORMATS } from '../../core/files/format.ts';
import { isAspect } from '../../core/order/aspect.ts';
import type { InputImage } from '../../core/order/order.ts';
import type { AgentCall, AgentQuestion, Deps } from '../../ports/index.ts';
import type { BuyFlags } from '../create/flags.ts';
import type { PromptAndInputs } from '../create/order-from-flags.ts';
import { isBlank } from '../create/prompt.ts';
import type { AgentContext } from './context.ts';
import { checkFree, inputIn, NAME, outsideInput, placeFor, realRoots } from './places.ts';

/** Pictures in one order of an agent. */
const MOST_AT_ONCE = 20;

const IMAGES = z
  .array(z.string().min(1).max(4_096))
  .max(14)
  .describe('pictures to change or to look at: paths in the folder of this server, or in a root');

/** What an order can say. Everything else, such as keys, addresses, prices and budgets, is not for a tool to say. */
export const ORDER = {
  prompt: z.string().min(1).max(100_000).describe('what the picture shows, or what to change about it'),
  model: z
    .string()
    .min(1)
    .max(100)
    .describe('an id, an alias, or auto: the cheapest that can do it')
    .optional(),
  count: z.int().min(1).max(MOST_AT_ONCE).describe('a whole number of pictures; 1 without it').optional(),
  size: z.enum(SIZES).optional(),
  aspect: z
    .string()
    .regex(/^\d{1,2}:\d{1,2}$/)
    .describe('width:height, such as 16:9')
    .optional(),
  lane: z
    .enum(LANES)
    .describe('now answers in seconds; batch costs half and takes up to a day, as a job; flex, priority')
    .optional(),
  thinking: z.enum(THINKING_LEVELS).optional(),
  format: z.enum(FORMATS).describe('without it, the bytes stay as they came').optional(),
  name: z
    .string()
    .regex(NAME)
    .describe('a file below the folder, such as icons/lamp or icons/lamp.png; nothing is replaced')
    .optional(),
};

export const WITH_IMAGES = { ...ORDER, images: IMAGES.optional() };
export const OF_IMAGES = { ...ORDER, images: IMAGES.min(1) };

const OrderArgs = z.object(WITH_IMAGES);
export type OrderArgs = z.infer<typeof OrderArgs>;

/** An order as the commands that buy know it. */
export interface Prepared {
  readonly wanted: PromptAndInputs;
  readonly flags: BuyFlags;
  /** A hash of all that was asked for, pictures by what is in them: the same asks for the same. */
  readonly order: string;
  /** Where it goes. */
  readonly out: string;
}

/** Reads what an order needs; or says that the roots of the client must be known first. */
export async function prepared(
  args: OrderArgs,
  call: AgentCall,
  { folder, flags, deps }: AgentContext,
): Promise<Prepared | AgentQuestion> {
  const { prompt, images = [], aspect, name, ...said } = args;
  if (isBlank(prompt))
    throw new Failure('usage', 'prompt: it is empty.', { hint: 'Say what the picture shows.' });
  if (aspect !== undefined && !isAspect(aspect))
    throw new Failure('usage', `aspect: ${aspect} is no ratio.`, { hint: 'Take one such as 16:9.' });
  const named = name === undefined ? null : extensionOf(name);
  if (said.format !== undefined && named !== null && named !== said.format)
    throw new Failure('usage', `format ${said.format} and name ${name} disagree.`, {
      hint: `Leave format out, or end name in .${said.format}.`,
    });
  const paths = await pathsOf(images, call, folder, deps);
  if ('wantsRoots' in paths) return paths;
  const inputs = await loaded(paths, deps);
  // One object with fixed keys, so that the order of arguments does not matter.
  const { model = flags.model, count = 1, size, lane = flags.lane, thinking, format } = said;
  const pictures = inputs.map(({ file }) => file?.sha256);
  const all = { prompt, pictures, model, count, size, aspect, lane, thinking, format, name };
  const out = placeFor(folder, name, count);
  const [like] = inputs;
  return {
    wanted: { command: 'mcp', prompt: prompt.trim(), inputs, ...(like && { like }) },
    flags: {
      ...flags,
      model,
      count,
      lane,
      out,
      ...(size !== undefined && { size }),
      ...(aspect !== undefined && isAspect(aspect) && { aspect }),
      ...(thinking !== undefined && { thinking }),
      ...(format !== undefined && { format }),
    },
    order: deps.sha256(new TextEncoder().encode(JSON.stringify(all))),
    out,
  };
}

/** Refuses, before anything is bought, a name that is taken, or that no picture can have. */
export async function checkPlace(wish: Prepared, model: Model, { deps }: AgentContext): Promise<void> {
  await checkFree(placesOf(wish, model), await deps.pictureFiles());
}

/** That a name is taken is said with the price: the order that took it may be asked for again under its key. */
export async function placeNotes(
  wish: Prepared,
  model: Model,
  { deps }: AgentContext,
): Promise<readonly string[]> {
  const places = placesOf(wish, model);
  try {
    await checkFree(places, await deps.pictureFiles());
    return [];
  } catch (error) {
    return [asFailure(error).message];
  }
}

/** Where its pictures would go, as far as that is known before; Failure `usage` where they cannot be called so. */
function placesOf({ out, flags: { count, format }, wanted, order }: Prepared, model: Model): string[] {
  const isOwnFolder = out.endsWith('/');
  const names = fileNames({
    out,
    outIsFolder: isOwnFolder,
    count,
    date: '',
    time: '',
    model: model.id,
    prompt: wanted.prompt,
    id: order,
  });
  // Nobody can have taken a name that is of this moment, or of this run.
  if (isOwnFolder || /\{(?:date|time|id)\}/.test(out)) return [];
  const asked = format === 'keep' ? null : (format ?? extensionOf(out));
  const type = asked === null ? model.output : `image/${asked}`;
  return [out, ...names.map((name) => withExtension(name, type))];
}

async function pathsOf(
  sources: readonly string[],
  { can, answers }: AgentCall,
  folder: string,
  deps: Deps,
): Promise<readonly string[] | AgentQuestion> {
  if (sources.length === 0) return [];
  const files = await deps.pictureFiles();
  const roots = await realRoots(answers.roots ?? [], files);
  const paths: string[] = [];
  for (const source of sources) {
    const path = await inputIn(source, folder, roots, files);
    if (path === null && can.listRoots && answers.roots === undefined)
      return { question: null, wantsRoots: true };
    if (path === null) throw outsideInput(source);
    paths.push(path);
  }
  return paths;
}

async function loaded(paths: readonly string[], deps: Pick<Deps, 'inputs'>): Promise<readonly InputImage[]> {
  if (paths.length === 0) return [];
  const inputs = await deps.inputs();
  const images: InputImage[] = [];
  for (const path of paths) images.push((await inputs.load(path)).image);
  return images;
}
