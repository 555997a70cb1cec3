import type { Failure } from '../core/errors.ts';
import type { Bill } from '../core/pricing/types.ts';
import type { Deps, SavedImage, SavePlan, Store } from '../ports/index.ts';
import type { Session } from '../purchase/session.ts';
import type { AttemptResult, Saver } from '../purchase/types.ts';
import type { PictureTask } from './actions.ts';
import type { LockFile } from './lockfile.ts';
import type { ProjectFiles } from './paths.ts';
import type { HashedPicture } from './pictures.ts';
import { shown, type Project } from './project.ts';
import type { Traces } from './traces.ts';

/** What became of one picture. */
export interface PictureResult {
  readonly task: PictureTask;
  /** null where there is none. */
  readonly image: SavedImage | null;
  /** What this run asked for it, one after the other. */
  readonly attempts: readonly AttemptResult[];
  /** What was booked for it in this run; for a picture of a job, an earlier run held that. */
  readonly bill: Bill | null;
  /** The job that may still bring it. */
  readonly jobId: string | null;
  readonly failure: Failure | null;
}

/** Nothing came of it yet. */
export const NOTHING_DONE = { image: null, attempts: [], bill: null, jobId: null, failure: null } as const;

/** What it takes to put pictures of a project in place. */
export interface ProjectContext {
  readonly session: Session;
  readonly project: Project;
  readonly files: ProjectFiles;
  readonly store: Store;
  readonly traces: Traces;
  readonly inputs: Deps['inputs'];
  readonly lock: LockFile;
  readonly cwd: string;
  readonly day: string;
  /** What stands for the manifest in the labels of its runs. */
  readonly label: string;
  /** Keeps raw answers for good. */
  readonly keepRaw: boolean;
  /** What earlier runs ordered and this process booked, by attempt. */
  readonly bills: Map<string, Bill>;
}

/** What puts pictures on disk where the project wants them. */
export const projectSaver = ({ session, files }: Pick<ProjectContext, 'session' | 'files'>): Promise<Saver> =>
  session.saver(files.pictureFiles);

export function savePlan(
  { picture: { out, format, quality } }: HashedPicture,
  { project, cwd, keepRaw }: Pick<ProjectContext, 'project' | 'cwd' | 'keepRaw'>,
): SavePlan {
  const paths = [shown(project, out)];
  return { paths, cwd, format, quality, replace: false, ...(keepRaw && { keepRaw }) };
}
