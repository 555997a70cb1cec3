import type { Options, Ora } from 'ora';
import { harmless } from '../../core/text/text.ts';
import type { Progress } from '../../ports/index.ts';

type Stream = NodeJS.WritableStream & { readonly columns?: number };
/** The part of ora that is used. */
type Spinner = Pick<Ora, 'text' | 'isSpinning'> & { start(): unknown; stop(): unknown };
type MakeOra = (options: Options) => Spinner;

const loadOra = async (): Promise<MakeOra> => (await import('ora')).default;

/**
 * One line that moves, for as many pieces of work as run at the same time: it shows the latest that is still running.
 * Starts when ora has been loaded, which is not waited for.
 */
export function spinner(stream: Stream, colored: boolean, load = loadOra): (text: string) => Progress {
  const running: { text: string }[] = [];
  let ora: Spinner | 'loading' | null = null;

  const show = (): void => {
    if (ora === null || ora === 'loading') return;
    const latest = running.at(-1);
    // Some terminals, docker's at first for one, claim a width of 0; on those ora would clear lines forever.
    if (!latest || latest.text === '' || stream.columns === 0) {
      if (ora.isSpinning) ora.stop();
      return;
    }
    ora.text = harmless(latest.text);
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
      stream.on('resize', show);
      show();
    } catch {
      // Without ora there is no spinner, and everything else goes on.
    }
  };

  return (text) => {
    const work = { text };
    running.push(work);
    if (ora === null) void begin();
    else show();
    return {
      isShown: true,
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
