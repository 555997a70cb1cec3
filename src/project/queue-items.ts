import { usageFailure } from '../core/errors.ts';
import { attemptIdOf } from '../core/manifest/fingerprint.ts';
import type { QuotedOrder } from '../core/order/route.ts';
import type { Deps, QueueItem, SavePlan } from '../ports/index.ts';
import { planAttempts } from '../purchase/plan-attempts.ts';
import type { PlannedPicture } from './plan.ts';
import { shown, type Project } from './project.ts';

interface QueueingContext {
  readonly project: Project;
  readonly deps: Pick<Deps, 'cwd' | 'inputs' | 'sha256'>;
  readonly runId: string;
  /** The bucket that originals go into, whoever buys; null: the store that each worker has. */
  readonly bucket: string | null;
  /** Whether it goes before the others. */
  readonly isUrgent: (planned: PlannedPicture) => boolean;
  /** Whether it is bought whatever the ledger says of it. */
  readonly isForced: (planned: PlannedPicture) => boolean;
}

/** A picture that is to be bought, and its price. */
export interface Wanted {
  readonly planned: PlannedPicture;
  readonly offer: QuotedOrder;
}

/** All input pictures of one command together: they go into the database in one transaction. */
const MOST_INPUT_BYTES = 200_000_000;

/** Its picture goes into the store, as it comes. */
const toStore = (cwd: string, place: string | null): SavePlan => ({
  paths: ['-'],
  cwd,
  format: null,
  quality: null,
  replace: false,
  toStore: { place },
});

/** Pictures of a manifest as the queue takes them, with the bytes of their input pictures. */
export async function queueItems(
  wanted: readonly Wanted[],
  { project, deps, runId, bucket, isUrgent, isForced }: QueueingContext,
): Promise<readonly QueueItem[]> {
  const { cwd } = deps;
  const inputs = inputReader(project, deps);
  const items: QueueItem[] = [];
  for (const { planned, offer } of wanted) {
    const { picture, hash, asked } = planned;
    const own = await Promise.all(picture.inputs.map(inputs));
    const order = {
      ...offer.order,
      prompt: picture.prompt,
      count: 1,
      inputs: own.map(({ image }, index) => ({
        ...image,
        file: { path: image.name, sha256: asked.inputs[index] ?? '' },
      })),
    };
    const attemptId = (): string => attemptIdOf(hash, 1);
    const [attempt] = planAttempts({ ...offer, order }, toStore(cwd, bucket), { runId, attemptId });
    if (attempt === undefined) throw new TypeError(`${picture.key} has no request`);
    items.push({
      plan: attempt.plan,
      name: picture.key,
      urgent: isUrgent(planned),
      inputs: own.map(({ sha256, image }) => {
        const { name, mimeType, bytes, width, height } = image;
        return { sha256, name, mimeType, bytes, width, height };
      }),
      again: isForced(planned),
    });
  }
  return items;
}

/** Reads each file once, however many pictures show it. Failure `usage` where they are too large together. */
function inputReader(project: Project, { inputs, sha256 }: Pick<Deps, 'inputs' | 'sha256'>) {
  const known = new Map<string, ReturnType<typeof load>>();
  let total = 0;
  async function load(path: string) {
    const { image } = await (await inputs()).load(shown(project, path));
    total += image.bytes.byteLength;
    if (total > MOST_INPUT_BYTES)
      throw usageFailure(
        `The input pictures of these are more than ${MOST_INPUT_BYTES / 1e6} MB together, which is all that a queue takes at a time.`,
        'Add them in parts with --only, or make the pictures smaller.',
      );
    return { image, sha256: sha256(image.bytes) };
  }
  return (path: string): ReturnType<typeof load> => {
    const before = known.get(path) ?? load(path);
    known.set(path, before);
    return before;
  };
}
