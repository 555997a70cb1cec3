import { format, sum, ZERO, type Usd } from '../../core/pricing/money.ts';
import type { Clock, Terminal } from '../../ports/index.ts';
import type { PictureTask } from '../../project/actions.ts';
import type { PictureResult } from '../../project/types.ts';
import { inOrder, leftAfter, progressText } from '../shared/progress.ts';
import { isFailed, isNotBegun, resultLine } from './apply-output.ts';

/** Tells what is done as it is done: a line a picture, in the order of the manifest, and how far it is. */
export function applyProgress(
  tasks: readonly PictureTask[],
  json: boolean,
  { now }: Pick<Clock, 'now'>,
  terminal: Terminal,
) {
  const began = now();
  let done = 0;
  let spent = ZERO;
  /** What answers of jobs came to whose pictures are not placed yet, by hash. */
  const answered = new Map<string, Usd>();
  let said = '';
  const far = (): string =>
    progressText({
      done,
      all: tasks.length,
      noun: 'picture',
      spent,
      leftMs: leftAfter(done, tasks.length, now() - began),
    });
  const progress = terminal.progress(far());
  const tell = inOrder<PictureTask, PictureResult>(tasks, (result) => {
    if (!isNotBegun(result)) terminal.note(resultLine(result, !json && terminal.stdoutIsTerminal));
    if (isFailed(result) && !isNotBegun(result)) terminal.annotate('warning', resultLine(result));
    if (!json && result.image !== null) terminal.out(result.image.path);
    for (const { raw } of result.attempts) if (raw !== null) terminal.note(`raw    ${raw}`);
  });
  return {
    done(result: PictureResult): void {
      done += 1;
      answered.delete(result.task.planned.hash);
      spent = sum([spent, result.bill?.amount ?? ZERO]);
      tell(result.task, result);
      progress.update(far());
    },
    update: (text: string) => progress.update(text),
    answered(hash: string, amount: Usd): void {
      answered.set(hash, sum([answered.get(hash) ?? ZERO, amount]));
    },
    say(summary: string, trouble: string): void {
      const text = `${summary}, ${format(sum([spent, ...answered.values()]))} spent${trouble}`;
      progress.update(text);
      // Where nothing moves, a line each time that there is something new.
      if (!progress.isShown && text !== said) terminal.note(`wait   ${text}`);
      said = text;
    },
    stop: () => progress.stop(),
  };
}
