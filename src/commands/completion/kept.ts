import type { Kept } from '../../core/completion/asked.ts';
import type { Candidate } from '../../core/completion/table.ts';
import { flaws } from '../../core/manifest/problem.ts';
import { GATEWAYS } from '../../core/providers/gateways.ts';
import { GOOGLE } from '../../core/providers/google.ts';
import { excerpt } from '../../core/text/text.ts';
import type { Deps, KnownNames } from '../../ports/index.ts';
import { openProject } from '../../project/project.ts';
import { picturesOf } from '../../project/pictures.ts';

/** Ids are long, and their beginning is enough. */
const SHORT = 8;

/** Asks whoever keeps it for what may stand on a command line. Nothing is changed and nothing is made. */
export async function keptCandidates(
  kept: Kept,
  words: readonly string[],
  deps: Deps,
): Promise<readonly Candidate[]> {
  const only = (values: readonly string[]): readonly Candidate[] =>
    values.map((value) => ({ value, about: '' }));
  if (kept === 'prompts') return only(await (await deps.prompts()).names());
  if (kept === 'keys')
    return (await (await deps.keys()).list()).map(({ name, provider, ending }) => ({
      value: name,
      about: `${provider} …${ending}`,
    }));
  if (kept === 'gateways')
    return only([GOOGLE.name, ...GATEWAYS.map(({ name }) => name), ...(await ownGateways(deps))]);
  if (kept === 'ids') return idsIn(words, deps);
  if (kept === 'sessions') return sessionsHere(words, deps);
  const names = await namesIn(words, deps);
  if (kept === 'projects') return only(names.projects);
  if (kept === 'labels') return only(names.labels);
  if (kept === 'jobs') return names.jobs.map(({ id, about }) => ({ value: id.slice(0, SHORT), about }));
  return names.requests.map(({ id, runId, prompt }) => ({
    value: kept === 'runs' ? runId : id.slice(0, SHORT),
    about: excerpt(prompt, 50),
  }));
}

const NONE: KnownNames = { projects: [], labels: [], agents: [], jobs: [], requests: [] };

/** Whether the command line is about the sandbox. */
async function booksMeant(words: readonly string[], deps: Deps): Promise<{ readonly sandbox: boolean }> {
  const { sandbox } = await deps.settings({ ...(words.includes('--sandbox') && { sandbox: true }) });
  return { sandbox };
}

async function namesIn(words: readonly string[], deps: Deps): Promise<KnownNames> {
  const reader = await deps.ledgerReader(await booksMeant(words, deps));
  try {
    return (await reader.names()) ?? NONE;
  } finally {
    await reader.close();
  }
}

async function sessionsHere(words: readonly string[], deps: Deps): Promise<readonly Candidate[]> {
  const sessions = await deps.sessions(await booksMeant(words, deps));
  return (await sessions.list()).map(({ name, prompt }) => ({
    value: name,
    about: excerpt(prompt ?? '', 50),
  }));
}

async function ownGateways(deps: Deps): Promise<readonly string[]> {
  const stored = await (await deps.settingsFile('user')).values();
  return stored.flatMap(({ name }) => /^gateways\.([^.]+)\./.exec(name)?.[1] ?? []);
}

/** The pictures of the manifest that the command line names, or of the usual one. */
async function idsIn(words: readonly string[], deps: Deps): Promise<readonly Candidate[]> {
  const at = words.findLastIndex((word) => word === '-f' || word === '--file');
  const project = await openProject(at < 0 ? undefined : words[at + 1], deps);
  const found: Candidate[] = [];
  for await (const piece of picturesOf(project, deps, flaws()))
    found.push(...piece.map(({ picture }) => ({ value: picture.key, about: excerpt(picture.prompt, 50) })));
  return found;
}
