import type { Deps, RunStart } from '../../ports/index.ts';

/** What a purchase is filed under: an empty project or label is none, and no project is that of the git repository. */
export async function filedUnder(
  { project, label = [] }: { readonly project?: string; readonly label?: readonly string[] },
  { repository }: Pick<Deps, 'repository'>,
): Promise<Pick<RunStart, 'project' | 'labels'>> {
  return { project: (project ?? (await repository())) || null, labels: label.filter(Boolean) };
}
