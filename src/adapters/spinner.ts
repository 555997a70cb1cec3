import type { Options, Ora } from 'ora';
import type { Progress } from '../ports.ts';

type MakeOra = (options: Options) => Ora;

const loadOra = async (): Promise<MakeOra> => (await import('ora')).default;

/**
 * One line that moves, for as many pieces of work as run at the same time: it shows the latest that is still running.
 * Starts when ora has been loaded, which is not waited for.
 */
export function spinner(
  stream: NodeJS.WritableStream,
  colored: boolean,
  load = loadOra,
): (text: string) => Progress {
  const running: { text: string }[] = [];
  let ora: Ora | 'loading' | null = null;

  const show = (): void => {
    if (ora === null || ora === 'loading') return;
    const latest = running.at(-1);
    if (!latest) {
      ora.stop();
      return;
    }
    ora.text = latest.text;
    if (!ora.isSpinning) ora.start();
  };

  const begin = async (): Promise<void> => {
    ora = 'loading';
    try {
      const make = await load();
      // Standard input stays as it is: in raw mode Ctrl-C would be a key, and no signal.
      ora = make({
        stream,
        isEnabled: true,
        discardStdin: false,
        ...(colored ? { color: 'cyan' } : { color: false }),
      });
      show();
    } catch {
      // An ornament that cannot be had is done without.
    }
  };

  return (text) => {
    const work = { text };
    running.push(work);
    if (ora === null) void begin();
    else show();
    return {
      update(text) {
        work.text = text;
        show();
      },
      stop() {
        const at = running.indexOf(work);
        if (at >= 0) running.splice(at, 1);
        show();
      },
    };
  };
}
