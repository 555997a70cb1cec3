import type { Failure } from '../core/errors.ts';
import type { Bill } from '../core/pricing/types.ts';
import type { Tier } from '../core/catalogue/account-limits.ts';
import type { Lane } from '../core/catalogue/model.ts';
import type { Picture } from '../core/manifest/picture.ts';
import type { Offer } from '../core/order/route.ts';
import type { RunStart, SavedImage, SavePlan, Store } from '../ports/index.ts';
import type { AttemptResult, AttemptWorld } from '../purchase/send-request.ts';
import type { Tended } from '../purchase/batch/advance.ts';
import type { BatchWorld } from '../purchase/batch/types.ts';
import type { Saver } from '../purchase/save.ts';
import type { LockFile } from './lockfile.ts';
import type { Places } from './paths.ts';
import { shown, type Project } from './project.ts';
import type { Known } from './plan.ts';
import type { Work } from './actions.ts';

/** What became of one picture. */
export interface Applied {
  readonly work: Work;
  /** null where there is none. */
  readonly image: SavedImage | null;
  /** What this run paid for it. */
  readonly result: AttemptResult | null;
  /** What was booked for it meanwhile; of a job, an earlier run held that. */
  readonly bill: Bill | null;
  /** The job that may still bring it. */
  readonly jobId: string | null;
  readonly failure: Failure | null;
}

/** Nothing came of it yet. */
export const NOTHING_APPLIED = { image: null, result: null, bill: null, jobId: null, failure: null } as const;

/** The lane in which pictures come some day. */
export interface BatchLane {
  readonly world: BatchWorld;
  readonly newId: () => string;
  readonly tier: Tier;
  /** How long to wait for them, in milliseconds since 1970; null: not at all. */
  readonly until: number | null;
  readonly onLook: (tended: readonly Tended[]) => Promise<void>;
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
  readonly keepRaw: boolean;
  /** The same picture from another model; Failure says why not. */
  readonly offerOf: (picture: Picture, model: string, lane: Lane) => Offer;
  /** What is tried next and why, or why it is not: a sentence. */
  readonly onStep: (remark: string) => void;
  /** What jobs cost while this process ran, by attempt. */
  readonly bills: ReadonlyMap<string, Bill>;
  /** null where nothing is bought or brought by it. */
  readonly batch: BatchLane | null;
  /** Start no more; what is under way is finished. */
  readonly stop: AbortSignal;
  readonly onDone: (applied: Applied) => void;
  /** The store could not keep a picture; nothing is lost by it. */
  readonly onRemark: (remark: string) => void;
}

export function savePlan({ picture: { out, format, quality } }: Known, world: ApplyWorld): SavePlan {
  const { project, cwd, keepRaw } = world;
  const paths = [shown(project, out)];
  return { paths, cwd, format, quality, replace: false, ...(keepRaw && { keepRaw }) };
}
