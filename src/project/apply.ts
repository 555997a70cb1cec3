import pMap from 'p-map';
import { Failure, restated, type FailureKind } from '../core/errors.ts';
import { shortened } from '../core/manifest/asked.ts';
import type { Locked } from '../core/manifest/lock.ts';
import { toDecimal, ZERO, type Usd } from '../core/money.ts';
import type { InputImage, Order } from '../core/order.ts';
import type { AttemptPlan, ImageApi, RunStart, SavedImage, SavePlan, Store } from '../ports.ts';
import { attempt, type AttemptResult, type AttemptWorld } from '../purchase/attempt.ts';
import { recover } from '../purchase/recover.ts';
import { save, type Saver } from '../purchase/save.ts';
import type { LockFile } from './lockfile.ts';
import { lineFor, type Places } from './place.ts';
import { shown, type Project } from './project.ts';
import type { Surveyed } from './survey.ts';
import type { Deed, Work } from './work.ts';

/** What became of one picture. */
export interface Applied {
  readonly work: Work;
  /** null where there is none. */
  readonly image: SavedImage | null;
  /** What this run paid for it. */
  readonly result: AttemptResult | null;
  readonly failure: Failure | null;
}

export interface ApplyWorld extends Omit<AttemptWorld, 'saver'> {
  readonly saver: () => Promise<Saver>;
  readonly project: Project;
  readonly places: Places;
  readonly store: Store;
  readonly lock: LockFile;
  readonly run: RunStart;
  readonly cwd: string;
  readonly day: string;
  readonly sandbox: boolean;
  readonly concurrency: number;
  /** Start no more; what is under way is finished. */
  readonly stop: AbortSignal;
  readonly onDone: (applied: Applied) => void;
  /** The store could not keep a picture; nothing is lost by it. */
  readonly onRemark: (remark: string) => void;
}

/** After one of these the next picture would meet the same wall; anything else concerns one picture alone. */
const WALLS: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'auth',
  'budget',
  'rate-limited',
  'unavailable',
  'disk',
  'cancelled',
  'bug',
] as const);

/** Does all of the work: holds everything that is to be bought, then buys it, several at once, in the order of the manifest. */
export async function apply(work: readonly Work[], world: ApplyWorld): Promise<readonly Applied[]> {
  await hold(work, world);
  let wall: Failure | null = null;
  const done = new Map<string, Applied>();
  const carry = async (item: Work): Promise<Applied> => {
    if (world.stop.aborted) wall ??= new Failure('cancelled', 'Cancelled before everything was done.');
    const applied = wall ? await leftOut(item, wall, world) : await carryOut(item, done, world);
    if (applied.failure && applied.result !== null && WALLS.has(applied.failure.kind))
      wall ??= applied.failure;
    done.set(item.one.picture.key, applied);
    world.onDone(applied);
    return applied;
  };
  const { concurrency } = world;
  const isCopy = ({ deed }: Work): boolean => deed.kind === 'copy';
  const first = await pMap(
    work.filter((item) => !isCopy(item)),
    carry,
    { concurrency },
  );
  // Copies wait for what they are copies of.
  const copies = await pMap(work.filter(isCopy), carry, { concurrency });
  return [...first, ...copies];
}

async function hold(work: readonly Work[], world: ApplyWorld): Promise<void> {
  const plans = work.flatMap((item) => planFor(item, world) ?? []);
  if (plans.length === 0) return;
  await world.books.ledger.begin(world.run);
  try {
    await world.books.ledger.hold(plans);
  } catch (error) {
    if (error instanceof Failure) throw error;
    // Attempts have numbers of their own: who comes second finds them taken.
    throw new Failure('unavailable', 'Another process began to buy some of these pictures just now.', {
      hint: 'Wait for that to end, then apply again.',
      cause: error,
    });
  }
}

function planFor({ one, deed }: Work, world: ApplyWorld): AttemptPlan | null {
  if (deed.kind !== 'buy') return null;
  const { order, quote } = deed.offer;
  return {
    attemptId: deed.attemptId,
    runId: world.run.runId,
    model: order.model.id,
    wire: order.model.wire,
    lane: order.lane,
    size: order.size,
    aspect: order.aspect,
    images: 1,
    prompt: one.picture.prompt,
    low: quote.low,
    expected: quote.expected,
    high: quote.high,
    save: savePlan(one, world),
  };
}

function savePlan({ picture: { out, format, quality } }: Surveyed, world: ApplyWorld): SavePlan {
  return { paths: [shown(world.project, out)], cwd: world.cwd, format, quality, replace: false };
}

/** Never throws: what goes wrong with one picture is its own. */
async function carryOut(work: Work, done: ReadonlyMap<string, Applied>, world: ApplyWorld): Promise<Applied> {
  const nothing = { work, image: null, result: null };
  try {
    const { deed } = work;
    if (deed.kind === 'refuse') return { ...nothing, failure: deed.why };
    if (deed.kind === 'buy') return await buy(work, deed, world);
    if (deed.kind === 'finish') return await finish(work, deed, world);
    if (deed.kind === 'adopt') return await adopt(work, deed, world);
    const twin = deed.kind === 'copy' ? done.get(deed.of) : undefined;
    if (twin?.failure) return { ...nothing, failure: restated(twin.failure, { charged: 'no' }) };
    return await regain(work.one, world, work);
  } catch (error) {
    return { ...nothing, failure: asFailure(error) };
  }
}

async function buy(work: Work, deed: Deed & { kind: 'buy' }, world: ApplyWorld): Promise<Applied> {
  const { one } = work;
  const plan = planFor(work, world);
  if (plan === null) throw new TypeError('only what is bought has a plan');
  let order: Order;
  try {
    order = { ...deed.offer.order, prompt: one.picture.prompt, inputs: await inputsOf(one, world) };
  } catch (error) {
    const failure = asFailure(error);
    await world.books.ledger.release(deed.attemptId, failure.message);
    return { work, image: null, result: null, failure };
  }
  const watched = watching(world.api);
  const result = await attempt(order, deed.offer.quote, plan, {
    ...world,
    api: watched.api,
    saver: () => saverFor(world),
  });
  const [image = null] = result.images;
  if (image === null) return { work, image, result, failure: result.failure };
  const cost = result.bill?.amount ?? ZERO;
  await enter(one, image, { model: order.model.id, cost, original: watched.original() }, world);
  return { work, image, result, failure: result.failure };
}

/** Sees the first picture of an answer as it came, for the store. */
function watching(api: ImageApi): { readonly api: ImageApi; readonly original: () => Uint8Array | null } {
  let seen: Uint8Array | null = null;
  return {
    original: () => seen,
    api: {
      ...api,
      read(body, wire) {
        const reply = api.read(body, wire);
        seen = reply.images[0]?.bytes ?? null;
        return reply;
      },
    },
  };
}

/** Pays nothing: the answer came before an interruption. */
async function finish(
  work: Work,
  { receipt }: Deed & { kind: 'finish' },
  world: ApplyWorld,
): Promise<Applied> {
  const { one } = work;
  const watched = watching(world.api);
  const { attemptId, model } = receipt.attempt;
  const recovered = await recover(attemptId, {
    books: world.books,
    api: watched.api,
    saver: await saverFor(world),
    planFor: () => savePlan(one, world),
  });
  const [image = null] = recovered.images;
  const failure =
    recovered.failure ??
    (image === null
      ? new Failure('unavailable', 'Another process is at it.', { hint: 'Apply again.' })
      : null);
  if (image !== null) {
    const cost = recovered.bill?.amount ?? receipt.bill?.amount ?? ZERO;
    await enter(one, image, { model, cost, original: watched.original() }, world);
  }
  return { work, image, result: null, failure };
}

/** A file that an interrupted run saved, perhaps under another name. */
async function adopt(
  work: Work,
  { receipt, image }: Deed & { kind: 'adopt' },
  world: ApplyWorld,
): Promise<Applied> {
  const { picture } = work.one;
  const { save: asked } = receipt.attempt;
  const { shelf } = world.places;
  const bytes = await shelf.read(image.absolutePath);
  const isAlike = asked.format === picture.format && asked.quality === picture.quality;
  const saver = await saverFor(world);
  const plan = savePlan(work.one, world);
  const [path = ''] = plan.paths;
  const placed = await save(
    { bytes, mimeType: image.mimeType },
    path,
    isAlike ? { ...plan, format: null } : plan,
    saver,
  );
  const cost = receipt.bill?.amount ?? ZERO;
  const original = asked.format === null ? bytes : null;
  await enter(work.one, placed, { model: receipt.attempt.model, cost, original }, world);
  return { work, image: placed, result: null, failure: null };
}

/** From the file of the lock, or from the store. */
async function regain(one: Surveyed, world: ApplyWorld, work: Work): Promise<Applied> {
  const { locked, source } = one.step;
  const { picture } = one;
  const file = source === 'file' && locked !== null ? await fileOf(locked, world) : null;
  const original = file === null ? await world.store.get(one.hash) : null;
  const bytes = file ?? original?.bytes;
  const known = original ?? locked;
  if (bytes === undefined || known === null) {
    throw new Failure('unavailable', 'It is not in the store any more.', {
      hint: 'pixtab plan says what it costs now.',
    });
  }
  const plan = savePlan(one, world);
  const [path = ''] = plan.paths;
  const isConverted =
    file !== null && locked?.format === picture.format && locked.quality === picture.quality;
  const image = await save(
    { bytes, mimeType: '' },
    path,
    isConverted ? { ...plan, format: null } : plan,
    await saverFor(world),
  );
  const sandbox = file === null ? world.sandbox : locked?.sandbox === true;
  await write(one, image, { ...known, sandbox }, world);
  return { work, image, result: null, failure: null };
}

/** null when it is not as the lock has it. */
async function fileOf({ path, sha256 }: Locked, world: ApplyWorld): Promise<Uint8Array | null> {
  const bytes = await world.places.shelf.read(shown(world.project, path));
  return (await world.saver()).sha256(bytes) === sha256 ? bytes : null;
}

interface Acquired {
  readonly model: string;
  readonly cost: Usd;
  /** As it came; null where only what was made of it is there. */
  readonly original: Uint8Array | null;
}

/** Into store and lock. */
async function enter(
  one: Surveyed,
  image: SavedImage,
  { model, cost, original }: Acquired,
  world: ApplyWorld,
): Promise<void> {
  const bought = { model, cost: toDecimal(cost), date: world.day };
  if (original !== null) {
    await world.store
      .put(one.hash, { ...bought, bytes: original })
      .catch((error: unknown) => world.onRemark(asFailure(error).message));
  }
  await write(one, image, { ...bought, sandbox: world.sandbox }, world);
}

async function write(
  one: Surveyed,
  image: SavedImage,
  bought: Parameters<typeof lineFor>[3],
  world: ApplyWorld,
): Promise<void> {
  const line: Locked = lineFor(world.project, { ...one, asked: shortened(one.asked) }, image, bought);
  const before = one.step.locked;
  if (before !== null && before.path !== line.path) await world.places.discard(before.path);
  world.lock.set(line);
}

async function saverFor(world: ApplyWorld): Promise<Saver> {
  return { ...(await world.saver()), shelf: world.places.shelf };
}

/** Read late, so that few are in memory; what changed since the plan is not sent. */
async function inputsOf({ picture, asked }: Surveyed, world: ApplyWorld): Promise<readonly InputImage[]> {
  const { pictures, sha256 } = await world.saver();
  const inputs: InputImage[] = [];
  for (const [index, path] of picture.inputs.entries()) {
    const name = shown(world.project, path);
    const bytes = await world.places.shelf.read(name);
    if (sha256(bytes) !== asked.inputs[index])
      throw new Failure('usage', `${name} changed while pixtab was at work.`, { hint: 'Apply again.' });
    const info = await pictures.inspect(bytes);
    if (info === null) throw new Failure('usage', `${name} is no picture that can be read.`);
    inputs.push({ name, bytes, ...info });
  }
  return inputs;
}

async function leftOut(work: Work, wall: Failure, { books }: ApplyWorld): Promise<Applied> {
  const failure = restated(wall, { charged: 'no' });
  if (work.deed.kind === 'buy') {
    // A hold that cannot be given back is reclaimed when this process has ended.
    await books.ledger.release(work.deed.attemptId, `not sent: ${wall.message}`).catch(() => undefined);
  }
  return { work, image: null, result: null, failure };
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Failure('bug', `Unexpected: ${message}`, { cause: error, charged: 'unknown' });
}
