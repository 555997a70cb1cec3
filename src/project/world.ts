import { Failure } from '../core/errors.ts';
import type { RunStart, SavedImage, SavePlan, Store } from '../ports.ts';
import type { AttemptResult, AttemptWorld } from '../purchase/attempt.ts';
import type { Saver } from '../purchase/save.ts';
import type { LockFile } from './lockfile.ts';
import type { Places } from './place.ts';
import { shown, type Project } from './project.ts';
import type { Known } from './survey.ts';
import type { Work } from './work.ts';

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

export function savePlan({ picture: { out, format, quality } }: Known, world: ApplyWorld): SavePlan {
  return { paths: [shown(world.project, out)], cwd: world.cwd, format, quality, replace: false };
}

export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Failure('bug', `Unexpected: ${message}`, { cause: error, charged: 'unknown' });
}
