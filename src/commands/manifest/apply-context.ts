import type { RunStart, Deps } from '../../ports/index.ts';
import { isBought } from '../../project/cleanup.ts';
import { lockFile } from '../../project/lockfile.ts';
import { projectFiles } from '../../project/paths.ts';
import { shown, type Project } from '../../project/project.ts';
import type { ProjectContext } from '../../project/types.ts';
import type { Session } from '../../purchase/session.ts';
import { filedUnder } from '../shared/filed-under.ts';
import { storeFor } from '../shared/store-flags.ts';
import type { ApplyFlags } from './apply-flags.ts';

/** The manifest is the first label, so that what a run paid for is found again. */
export async function runFor(flags: ApplyFlags, project: Project, deps: Deps): Promise<RunStart> {
  const { project: filed, labels } = await filedUnder(flags, deps);
  return {
    runId: deps.newId(),
    command: 'apply',
    at: deps.clock.now(),
    project: filed,
    labels: [labelOf(project), ...labels],
    maxCost: flags.maxCost ?? null,
  };
}

export const labelOf = (project: Project): string => shown(project, project.file);

interface Opening extends Pick<ProjectContext, 'project' | 'traces' | 'day' | 'bills'> {
  readonly flags: ApplyFlags;
  /** From the project's folder. */
  readonly trash: string;
}

/** Everything that work on the pictures of a project needs. */
export async function contextFor(
  session: Session,
  { project, traces, flags, trash, day, bills }: Opening,
  deps: Deps,
): Promise<ProjectContext> {
  const { books, settings } = session;
  const { cwd } = deps;
  const pictureFiles = await deps.pictureFiles();
  const ours = new Map<string, string>();
  for (const id of project.lock.ids()) {
    for (const { path, sha256 } of project.lock.of(id)) ours.set(path, sha256);
  }
  const files = projectFiles(
    project,
    pictureFiles,
    deps,
    ours,
    trash,
    async (path, content) =>
      (await isBought(shown(project, path), content, cwd, books)) || traces.knows(path, content),
  );
  return {
    session,
    project,
    files,
    traces,
    inputs: deps.inputs,
    store: await storeFor(settings, flags, deps),
    lock: lockFile(shown(project, project.lockFile), project.lock, pictureFiles, deps.clock),
    cwd,
    day,
    label: labelOf(project),
    keepRaw: flags.keepRaw === true,
    bills,
  };
}
