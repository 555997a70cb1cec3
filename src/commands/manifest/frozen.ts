import { Failure } from '../../core/errors.ts';
import { counted, printable } from '../../core/text/text.ts';
import type { Terminal } from '../../ports/index.ts';
import { shown, type Project } from '../../project/project.ts';
import { document } from './apply-output.ts';
import { unfetched } from './pointers.ts';
import type { Difference } from './apply-plan.ts';

/** Whether all is as it should be; changes nothing. Failure `pending` where it is not. */
export function frozen(
  { changes, kept, pointers, orphans }: Difference,
  sandbox: boolean,
  terminal: Terminal,
  json: boolean,
): number {
  if (changes.length > 0) {
    const names = changes.map(({ picture }) => picture.key);
    const more = names.length > 5 ? ', …' : '';
    throw new Failure(
      'pending',
      `--frozen: ${counted(changes.length, 'picture')} missing or out of date: ${names.slice(0, 5).join(', ')}${more}.`,
      { hint: 'Run pixtab apply where pictures may be bought, and commit what it changes.' },
    );
  }
  for (const failure of unfetched(pointers)) throw failure;
  if (json)
    terminal.out(
      JSON.stringify(document({ outcome: 'ok', exitCode: 0, failure: null, kept, sandbox }), null, 2),
    );
  else terminal.note(`plan   nothing to do: ${counted(kept, 'picture')} as wanted`);
  if (orphans.length > 0)
    terminal.note(`note   nobody asks for ${orphans.slice(0, 5).map(printable).join(', ')}`);
  return 0;
}

/** Apply settles a conflict; --frozen changes nothing. */
export function refuseMarks(project: Project): void {
  if (!project.lock.hasMarks) return;
  const name = shown(project, project.lockFile);
  throw new Failure('pending', `--frozen: ${name} holds the marks of a conflict.`, {
    hint: 'Run pixtab apply, which settles it, and commit what it changes.',
  });
}
