import { Failure } from '../../core/errors.ts';
import type { Progress, Terminal, TerminalOptions } from '../../ports/index.ts';
import { isAnimated, isColored, styled, unstyled } from '../color.ts';
import { isGone, outlet } from '../outlet.ts';
import { spinner } from './spinner.ts';

type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** What `process` has of it. */
export interface Console {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly stdin: { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

const USUAL_COLUMNS = 80;
const NO_PROGRESS: Progress = { update() {}, stop() {}, isShown: false };

/** stdout for data, stderr for people. */
export function terminal(console: Console, { quiet, verbose, color }: TerminalOptions): Terminal {
  const { stdout, stderr, env } = console;
  const data = outlet(stdout);
  const people = outlet(stderr);
  const outColored = isColored(stdout, env, color);
  const errColored = isColored(stderr, env, color);
  const anyColored = outColored || errColored;
  // Texts are styled once, whichever stream they go to; the stream that is not coloured gets them plain.
  const forOut = anyColored && !outColored ? unstyled : (text: string) => text;
  const forErr = anyColored && !errColored ? unstyled : (text: string) => text;
  const say = (line: string): void => people.write(`${forErr(line)}\n`);

  return {
    out: (line) => data.write(`${forOut(line)}\n`),
    async bytes(bytes) {
      const error = await data.send(bytes);
      if (error) throw lost(error);
    },
    async flush() {
      const error = await data.send('');
      if (error && !isGone(error)) throw lost(error);
    },
    note: (line) => {
      if (!quiet) say(line);
    },
    detail: (line) => {
      if (verbose && !quiet) say(line);
    },
    alarm: say,
    progress: !quiet && isAnimated(stderr, env) ? spinner(stderr, errColored) : () => NO_PROGRESS,
    style: anyColored ? styled : (_style, text) => text,
    stdoutIsTerminal: stdout.isTTY === true,
    get stdinIsTerminal() {
      // Asked only when it matters: opening standard input costs time.
      return console.stdin.isTTY === true;
    },
    get columns() {
      return (stdout.isTTY && stdout.columns) || USUAL_COLUMNS;
    },
  };
}

function lost(error: NodeJS.ErrnoException): Failure {
  const why = isGone(error) ? 'its reader went away' : (error.code ?? error.message);
  return new Failure('disk', `Standard output could not be written: ${why}.`, { cause: error });
}
