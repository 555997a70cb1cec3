import { Failure } from '../../core/errors.ts';
import type { Progress, Terminal, TerminalOptions, Style } from '../../ports/index.ts';
import { harmless } from '../../core/text/text.ts';
import { wrapped } from '../../core/text/wrap.ts';
import { spinner } from './spinner.ts';
import { workflow } from './workflow.ts';

type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** The part of `process` that a terminal needs. */
export interface Console {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly stdin: { readonly isTTY?: boolean; readonly fd?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}

const USUAL_COLUMNS = 80;
const NO_PROGRESS: Progress = { update() {}, stop() {}, isShown: false };

/** stdout for data, stderr for people. */
export function terminal(
  console: Console,
  { quiet, verbose, color, events = false, reworded = (line) => line }: TerminalOptions,
): Terminal {
  const { stdout, stderr, env } = console;
  const data = outlet(stdout);
  const people = outlet(stderr);
  const outColored = isColored(stdout, env, color);
  const errColored = isColored(stderr, env, color);
  const anyColored = outColored || errColored;
  // Texts are styled once, whichever stream they go to; the stream that is not coloured gets them plain.
  const forOut = anyColored && !outColored ? unstyled : (text: string) => text;
  const forErr = anyColored && !errColored ? unstyled : (text: string) => text;
  const say = (line: string): void =>
    people.write(`${shown(forErr(broken(reworded(line), stderr)), stderr)}\n`);

  return {
    out: (line) => data.write(`${shown(events ? compact(line) : forOut(line), stdout)}\n`),
    text: (line) => data.write(`${shown(forOut(broken(reworded(line), stdout)), stdout)}\n`),
    event: (facts) => {
      if (events) data.write(`${shown(JSON.stringify(facts), stdout)}\n`);
    },
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
    ...workflow(env, (text) => people.write(text)),
    progress: !quiet && isAnimated(stderr, env) ? spinner(stderr, errColored) : () => NO_PROGRESS,
    style: anyColored ? styled : (_style, text) => text,
    reworded,
    stdoutIsTerminal: stdout.isTTY === true,
    get stdinIsTerminal() {
      // Asked only when it matters: opening standard input costs time.
      return console.stdin.isTTY === true;
    },
    get stdinIsPiped() {
      return isPiped(console.stdin);
    },
    get columns() {
      return (stdout.isTTY && stdout.columns) || USUAL_COLUMNS;
    },
  };
}

/** Broken between words where a person sees it: a terminal itself breaks inside of them. */
const broken = (line: string, { isTTY, columns = 0 }: Stream): string =>
  isTTY === true && columns > 0 ? wrapped(line, columns).join('\n') : line;

/** The last look at what a terminal is given; a file or a pipe has it to the letter. */
const shown = (line: string, { isTTY }: Stream): string => (isTTY === true ? harmless(line) : line);

/** A document in one line. */
export const compact = (document: string): string => JSON.stringify(JSON.parse(document));

/** Neither a terminal nor /dev/null. What has no descriptor was handed in by a program. */
function isPiped({ isTTY, fd }: Console['stdin']): boolean {
  if (isTTY === true) return false;
  if (fd === undefined) return true;
  try {
    const found = process.getBuiltinModule('node:fs').fstatSync(fd);
    return !found.isCharacterDevice() && !found.isDirectory();
  } catch {
    // Standard input is closed.
    return false;
  }
}

function lost(error: NodeJS.ErrnoException): Failure {
  const why = isGone(error) ? 'its reader went away' : (error.code ?? error.message);
  return new Failure('disk', `Standard output could not be written: ${why}.`, { cause: error });
}

type Env = Readonly<Record<string, string | undefined>>;

/** Escape codes that begin and end a style. */
const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

export function styled(style: Style, text: string): string {
  const [begin, end] = CODES[style];
  return `\u001B[${begin}m${text}\u001B[${end}m`;
}

/** Takes out what `styled` put in. */
export function unstyled(text: string): string {
  // eslint-disable-next-line no-control-regex -- the escape character is the point
  return text.replace(/\u001B\[(?:1|2|22|3[1236]|39)m/g, '');
}

/** Whether one stream is coloured: the flag decides, then NO_COLOR, then FORCE_COLOR, then what the stream is. */
export function isColored(stream: { isTTY?: boolean }, env: Env, color: TerminalOptions['color']): boolean {
  if (color !== 'auto') return color === 'always';
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return !isOff(env['FORCE_COLOR']);
  return isLively(stream, env);
}

/** Whether a line that keeps changing makes sense on this stream. */
export function isAnimated(stream: { isTTY?: boolean }, env: Env): boolean {
  return !env['NO_COLOR'] && isLively(stream, env);
}

/** A terminal that a person watches. */
function isLively(stream: { isTTY?: boolean }, env: Env): boolean {
  const inCi = env['CI'] !== undefined && env['CI'] !== '' && !isOff(env['CI']);
  return stream.isTTY === true && !inCi && env['TERM'] !== 'dumb';
}

const isOff = (value: string): boolean => value === '0' || value.toLowerCase() === 'false';

/** A stream whose reader may go away at any time: what is written after that is dropped, and nothing crashes. */
export interface Outlet {
  write(text: string): void;
  /** Resolves once the stream has taken all of it, to the error that prevented that, or to null. */
  send(bytes: Uint8Array | string): Promise<NodeJS.ErrnoException | null>;
}

export function outlet(stream: NodeJS.WritableStream): Outlet {
  let broken: NodeJS.ErrnoException | null = null;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    broken ??= error;
  });
  return {
    write(text) {
      if (!broken) stream.write(text);
    },
    send(bytes) {
      if (broken) return Promise.resolve(broken);
      return new Promise((resolve) => {
        stream.write(bytes, (error) => resolve(broken ?? error ?? null));
      });
    },
  };
}

/** The reader left, as `head` does when it has seen enough. */
export const isGone = (error: NodeJS.ErrnoException): boolean => error.code === 'EPIPE';
