import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { type Console, terminal } from '../../../src/adapters/terminal/terminal.ts';
import type { TerminalOptions } from '../../../src/ports/index.ts';
import { rejection } from '../../support/failure.ts';
import { screen } from '../../support/screen.ts';

const OPTIONS: TerminalOptions = { quiet: false, verbose: false, color: 'auto' };

/** A pipe that remembers what went through. */
function pipe() {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString(), bytes: () => Buffer.concat(chunks) };
}

/** A stream that fails every write. */
const failing = (code: string) =>
  new Writable({
    autoDestroy: false,
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
  });

function over(options: Partial<TerminalOptions> = {}, console: Partial<Console> = {}) {
  const stdout = pipe();
  const stderr = pipe();
  const all = { stdout: stdout.stream, stderr: stderr.stream, stdin: {}, env: {}, ...console };
  return { terminal: terminal(all, { ...OPTIONS, ...options }), out: stdout, err: stderr };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('terminal', () => {
  it.each([
    [{}, 'note\nalarm\n'],
    [{ verbose: true }, 'note\ndetail\nalarm\n'],
    [{ quiet: true }, 'alarm\n'],
    [{ quiet: true, verbose: true }, 'alarm\n'],
  ])('with %j says to people %j, and data to nobody but stdout', (options, said) => {
    const { terminal, out, err } = over(options);
    terminal.note('note');
    terminal.detail('detail');
    terminal.alarm('alarm');
    terminal.out('data');
    expect(err.text()).toBe(said);
    expect(out.text()).toBe('data\n');
  });

  it('gives a terminal nothing that it could obey but styles, and a pipe every character', () => {
    const evil = `a\u001B[2J\u009B31m\u202Eb\t\u{E0041}👩‍🚀`;
    const seen = (isTTY: boolean): string => {
      const stdout = pipe();
      const { terminal: on, err } = over(
        { color: 'always' },
        { stdout: Object.assign(stdout.stream, { isTTY }) },
      );
      on.out(JSON.stringify({ evil }));
      on.text(on.style('red', evil));
      on.note(evil);
      return stdout.text() + err.text();
    };
    const escaped = String.raw`a\u001b[2J\u009b31m\u202eb	\udb40\udc41👩‍🚀`;
    expect(seen(true)).toBe(
      `${JSON.stringify({ evil: '_' }).replace('_', escaped.replace('\t', String.raw`\t`))}\n\u001B[31m${escaped}\u001B[39m\n${evil}\n`,
    );
    const [document = ''] = seen(true).split('\n');
    expect(JSON.parse(document)).toEqual({ evil });
    expect(seen(false)).toContain(`\u001B[31m${evil}\u001B[39m`);
  });

  it('writes bytes as they are', async () => {
    const { terminal, out } = over();
    const image = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256);
    await terminal.bytes(image);
    expect(out.bytes().equals(image)).toBe(true);
  });

  it('waits with bytes until a slow reader has taken them', async () => {
    const taken: (() => void)[] = [];
    const slow = new Writable({ write: (_chunk, _encoding, done) => void taken.push(done) });
    const { terminal } = over({}, { stdout: slow });
    let written = false;
    const writing = terminal.bytes(new Uint8Array(10)).then(() => (written = true));
    await turn();
    expect(written).toBe(false);
    taken[0]?.();
    await writing;
    expect(written).toBe(true);
  });

  it('says of what it is connected to', () => {
    const tty = over({}, { stdout: screen(132), stdin: { isTTY: true } }).terminal;
    expect([tty.stdoutIsTerminal, tty.stdinIsTerminal, tty.columns]).toEqual([true, true, 132]);
    const piped = over().terminal;
    expect([piped.stdoutIsTerminal, piped.stdinIsTerminal, piped.columns]).toEqual([false, false, 80]);
  });

  it('lays out for 80 columns when a terminal does not know its own', () => {
    expect(over({}, { stdout: screen(0) }).terminal.columns).toBe(80);
  });
});

describe('when stdout cannot be written, terminal', () => {
  it('drops the rest quietly if its reader went away, as head does', async () => {
    const stdout = failing('EPIPE');
    const { terminal, err } = over({}, { stdout });
    terminal.out('first');
    await turn();
    terminal.out('second');
    await terminal.flush();
    expect(stdout.writableLength).toBe(0);
    expect(err.text()).toBe('');
  });

  it('does not take a picture for delivered that nobody read', async () => {
    const { terminal } = over({}, { stdout: failing('EPIPE') });
    const lost = await rejection(terminal.bytes(new Uint8Array(3)));
    expect(lost).toMatchObject({ kind: 'disk', message: expect.stringContaining('reader went away') });
    expect((await rejection(terminal.bytes(new Uint8Array(3)))).kind).toBe('disk');
  });

  it('says so at the end if the disk behind it is full', async () => {
    const { terminal } = over({}, { stdout: failing('ENOSPC') });
    terminal.out('line');
    const lost = await rejection(terminal.flush());
    expect(lost).toMatchObject({ kind: 'disk', message: expect.stringContaining('ENOSPC') });
  });

  it('is content with a stream that took everything', async () => {
    const { terminal, out } = over();
    terminal.out('line');
    await terminal.flush();
    expect(out.text()).toBe('line\n');
  });

  it('survives a stderr that is gone', async () => {
    const { terminal, out } = over({}, { stderr: failing('EPIPE') });
    terminal.note('nobody listens');
    await turn();
    terminal.alarm('still nobody');
    terminal.out('data');
    await terminal.flush();
    expect(out.text()).toBe('data\n');
  });
});

describe('colour of the terminal', () => {
  const RED = '\u001B[31mred\u001B[39m';

  it('is none where neither stream is a terminal', () => {
    expect(over().terminal.style('red', 'red')).toBe('red');
  });

  it('stays out of data that is piped while a person reads stderr', () => {
    const stderr = screen();
    const { terminal, out } = over({}, { stderr });
    const text = terminal.style('red', 'red');
    terminal.out(text);
    terminal.note(text);
    expect(out.text()).toBe('red\n');
    expect(stderr.raw).toBe(`${RED}\n`);
  });

  it('stays out of a log while data goes to a terminal', () => {
    const stdout = screen();
    const { terminal, err } = over({}, { stdout });
    const text = terminal.style('red', 'red');
    terminal.out(text);
    terminal.alarm(text);
    expect(stdout.raw).toBe(`${RED}\n`);
    expect(err.text()).toBe('red\n');
  });

  it('goes everywhere with --color always, nowhere with never', () => {
    const always = over({ color: 'always' });
    always.terminal.out(always.terminal.style('red', 'red'));
    expect(always.out.text()).toBe(`${RED}\n`);
    const never = over({ color: 'never' }, { stdout: screen(), stderr: screen() });
    expect(never.terminal.style('red', 'red')).toBe('red');
  });

  it('leaves data alone that only looks like colour when nothing is coloured', () => {
    const { terminal, out } = over();
    terminal.out(RED);
    expect(out.text()).toBe(`${RED}\n`);
  });
});

describe('progress of the terminal', () => {
  it('moves on a terminal, and notes in between stay whole', async () => {
    const stderr = screen();
    const { terminal } = over({}, { stderr });
    const progress = terminal.progress('buying');
    terminal.note('before');
    await vi.waitFor(() => expect(stderr.raw).toContain('buying'));
    terminal.note('one');
    progress.update('still buying');
    terminal.alarm('two');
    expect(stderr.lines).toEqual(['before', 'one', 'two', expect.stringMatching(/^\S still buying$/)]);
    progress.stop();
    terminal.note('after');
    expect(stderr.lines).toEqual(['before', 'one', 'two', 'after']);
  });

  it.each([
    ['stderr is no terminal', {}, {}],
    ['it is quiet', { quiet: true }, { stderr: screen() }],
    ['CI is set', {}, { stderr: screen(), env: { CI: 'true' } }],
    ['NO_COLOR is set', {}, { stderr: screen(), env: { NO_COLOR: '1' } }],
    ['the terminal is dumb', {}, { stderr: screen(), env: { TERM: 'dumb' } }],
  ])('is nothing at all when %s', async (_why, options, console) => {
    const { terminal, err } = over(options, console);
    const progress = terminal.progress('buying');
    progress.update('still buying');
    for (let round = 0; round < 20; round += 1) await turn();
    progress.stop();
    expect(err.text() + ('stderr' in console ? console.stderr.raw : '')).toBe('');
  });
});
