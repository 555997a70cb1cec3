import { SIZES } from '../../core/catalogue/model.ts';
import type { PageCommand } from '../../core/page/types.ts';
import { shellPath, shellWord } from '../../core/text/shell.ts';
import type { Receipt } from '../../ports/index.ts';
import { inSandbox } from '../shared/hint.ts';

interface Shown {
  readonly id: string;
  /** Of its first picture, as it is now; null where there is none to be named. */
  readonly path: string | null;
  readonly sandbox: boolean;
}

const LARGEST = SIZES.at(-1) ?? '4K';

/** Command lines that go on from a request. Each asks for its price, as any other does. */
export function copyable({ run, attempt }: Receipt, { id, path, sandbox }: Shown): readonly PageCommand[] {
  const again = noRepeat(run.command, attempt);
  const isLargest = attempt.size === LARGEST;
  return [
    again === null
      ? line('Make it again', `pixtab history ${id} --again`, sandbox)
      : none('Make it again', again),
    ...(path === null
      ? []
      : [
          line('Edit it', `pixtab edit ${shellPath(path)} -p ${shellWord('what to change')}`, sandbox),
          isLargest
            ? none(`Take it to ${LARGEST}`, `It has ${LARGEST} already.`)
            : line(`Take it to ${LARGEST}`, `pixtab develop ${shellPath(path)} -s ${LARGEST}`, sandbox),
        ]),
  ];
}

/** How a draft is made large; `path` is where it is now. */
export const development = (path: string | null, sandbox: boolean): PageCommand =>
  path === null
    ? none('Develop it', 'Its file is not where it was.')
    : line('Develop it', `pixtab develop ${shellPath(path)}`, sandbox);

const line = (label: string, text: string, sandbox: boolean): PageCommand => ({
  label,
  line: sandbox ? inSandbox(text) : text,
  note: null,
});

const none = (label: string, note: string): PageCommand => ({ label, line: null, note });

/** Why history --again would refuse; null where it would not. */
function noRepeat(command: string, { prompt, asked }: Receipt['attempt']): string | null {
  if (prompt === '') return 'What it asked for was forgotten.';
  if (command === 'apply')
    return 'It is a picture of a manifest: pixtab apply --force, with its id there, buys it again.';
  if ((asked?.turns ?? 0) > 0)
    return 'It is a turn of a conversation: pixtab edit --continue goes on from the last one.';
  return null;
}
