import { compact } from '../../../src/adapters/terminal/terminal.ts';
import { wrapped } from '../../../src/core/text/wrap.ts';
import type { Terminal, TerminalOptions } from '../../../src/ports/index.ts';

export interface FakeTerminal extends Terminal {
  /** Lines on stdout. */
  readonly stdout: readonly string[];
  /** What `bytes` was given. */
  readonly written: readonly Uint8Array[];
  /** Lines on stderr that were really printed under these options. */
  readonly stderr: readonly string[];
  /** Every text that the spinner showed. */
  readonly progressed: readonly string[];
  readonly annotations: readonly string[];
  readonly summaries: readonly string[];
  /** Spinners that were started and not stopped. */
  readonly spinning: number;
  /** The same records under other options, as after the flags were read. */
  with(options: Partial<TerminalOptions>): FakeTerminal;
}

export interface FakeTerminalWorld {
  readonly stdoutIsTerminal?: boolean;
  readonly stdinIsTerminal?: boolean;
  readonly stdinIsPiped?: boolean;
  readonly stderrIsTerminal?: boolean;
  readonly columns?: number;
}

interface Records {
  readonly stdout: string[];
  readonly written: Uint8Array[];
  readonly stderr: string[];
  readonly progressed: string[];
  readonly annotations: string[];
  readonly summaries: string[];
  spinning: number;
}

/** Records instead of printing; plain text unless `color` is `always`, and then marked up as `<red>text</red>`. */
export function fakeTerminal(
  options: Partial<TerminalOptions> = {},
  world: FakeTerminalWorld = {},
): FakeTerminal {
  return over(
    { stdout: [], written: [], stderr: [], progressed: [], annotations: [], summaries: [], spinning: 0 },
    options,
    world,
  );
}

function over(
  records: Records,
  {
    quiet = false,
    verbose = false,
    color = 'auto',
    events = false,
    reworded = (line) => line,
  }: Partial<TerminalOptions>,
  world: FakeTerminalWorld,
): FakeTerminal {
  const say = (line: string) => void records.stderr.push(reworded(line));
  return {
    stdout: records.stdout,
    written: records.written,
    stderr: records.stderr,
    progressed: records.progressed,
    get spinning() {
      return records.spinning;
    },
    with: (changed) => over(records, { quiet, verbose, color, events, reworded, ...changed }, world),
    out: (line) => void records.stdout.push(events ? compact(line) : line),
    text: (line) =>
      void records.stdout.push(
        ...(world.stdoutIsTerminal ? wrapped(reworded(line), world.columns ?? 80) : [reworded(line)]),
      ),
    event: (facts) => events && void records.stdout.push(JSON.stringify(facts)),
    async bytes(data) {
      records.written.push(data);
    },
    flush: async () => {},
    note: (line) => !quiet && say(line),
    detail: (line) => !quiet && verbose && say(line),
    alarm: say,
    annotate: (level, message) => void records.annotations.push(`${level}: ${message}`),
    summarise: (markdown) => void records.summaries.push(markdown),
    annotations: records.annotations,
    summaries: records.summaries,
    progress(text) {
      let running = true;
      records.spinning += 1;
      records.progressed.push(text);
      return {
        isShown: world.stderrIsTerminal ?? false,
        update: (text) => running && void records.progressed.push(text),
        stop() {
          if (running) records.spinning -= 1;
          running = false;
        },
      };
    },
    style: (style, text) => (color === 'always' ? `<${style}>${text}</${style}>` : text),
    reworded,
    stdoutIsTerminal: world.stdoutIsTerminal ?? false,
    stdinIsTerminal: world.stdinIsTerminal ?? false,
    stdinIsPiped: world.stdinIsPiped ?? false,
    columns: world.columns ?? 80,
  };
}
