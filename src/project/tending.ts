import { hashIn } from '../core/manifest/fingerprint.ts';
import type { AttemptPlan, SavePlan, UnderWay } from '../ports/index.ts';
import { placed } from '../purchase/later.ts';
import { inside } from './paths.ts';
import { shown, type Project } from './project.ts';

/** What tells the jobs of a project from those of others, and pictures that are still wanted from those that are not. */
export interface Tending {
  readonly project: Pick<Project, 'folder'>;
  readonly cwd: string;
  /** What stands for the manifest in the labels of its runs. */
  readonly label: string;
  /** From the project's folder. */
  readonly trash: string;
  /** Hashes of everything that the manifest asks for. */
  readonly wanted: ReadonlySet<string>;
  /** Hashes of what would have to be bought. */
  readonly missing: ReadonlySet<string>;
}

/** Jobs that were made for this project, or that bring what it needs for another one. */
export function jobsFor(underWay: readonly UnderWay[], tending: Tending): readonly string[] {
  const ours = underWay.filter(
    (request) => isOwn(request, tending) || tending.missing.has(hashIn(request.attemptId) ?? ''),
  );
  return [...new Set(ours.map(({ jobId }) => jobId))];
}

/** Where a late picture goes: what the project asks for no more is in the store, and must not stand in anything's way. */
export function placing(underWay: readonly UnderWay[], tending: Tending): (plan: AttemptPlan) => SavePlan {
  const own = new Set(
    underWay.filter((request) => isOwn(request, tending)).map(({ attemptId }) => attemptId),
  );
  const { project, cwd, trash, wanted } = tending;
  return (plan) => {
    const save = placed(plan, undefined, cwd);
    if (!own.has(plan.attemptId) || wanted.has(hashIn(plan.attemptId) ?? '')) return save;
    const paths = save.paths.map((path) => shown(project, `${trash}/${inside(project, cwd, path) ?? path}`));
    return { ...save, paths };
  };
}

const isOwn = (
  { labels, cwd }: Pick<UnderWay, 'labels' | 'cwd'>,
  tending: Pick<Tending, 'label' | 'cwd'>,
): boolean => cwd === tending.cwd && labels.includes(tending.label);
