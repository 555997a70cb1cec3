import { isOpen } from '../core/policy/attempt-state.ts';
import type { LedgerReader, LastAttempt } from '../ports/index.ts';
import { relativeToProject } from './paths.ts';
import type { Project } from './project.ts';

/** Why a picture need not or must not be bought. */
export type PictureStatus =
  | { readonly kind: 'underWay'; readonly jobId: string }
  /** Paid for, and on disk where the lock does not know it yet. */
  | { readonly kind: 'paid' }
  /** To ask again could be charged again, so that apply has to be told to. */
  | { readonly kind: 'barred'; readonly why: string };

/** Looks without the network, and without changing anything. */
export async function statusOf(
  hash: string,
  {
    ledgerReader,
    project,
    cwd,
  }: { readonly ledgerReader: LedgerReader; readonly project: Project; readonly cwd: string },
): Promise<PictureStatus | null> {
  const seen = await ledgerReader.last(hash);
  if (seen === null) return null;
  if (seen.jobId !== null && isOpen(seen.state)) return { kind: 'underWay', jobId: seen.jobId };
  if (await isHere(seen, project, cwd)) return { kind: 'paid' };
  const why = barrier(seen);
  return why === null ? null : { kind: 'barred', why };
}

function barrier({ state, image }: LastAttempt): string | null {
  if (state === 'unconfirmed') return 'may have been charged already';
  return state === 'saved' && image === null ? 'refused before' : null;
}

async function isHere({ state, image }: LastAttempt, project: Project, cwd: string): Promise<boolean> {
  if (state !== 'saved' || image === null) return false;
  const path = relativeToProject(project, cwd, image.path);
  const found = path === null ? null : await project.tree.find(path);
  return found?.kind === 'file' && found.sha256 === image.sha256;
}
