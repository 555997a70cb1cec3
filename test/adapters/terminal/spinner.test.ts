import ora, { type Options } from 'ora';
import { describe, expect, it } from 'vitest';
import { spinner } from '../../../src/adapters/terminal/spinner.ts';
import { screen } from '../../support/screen.ts';

/** Ora is there as soon as the pending promises had their turn. */
const ready = async () => ora;
const turn = () => new Promise((resolve) => setImmediate(resolve));
const FRAME = /^[^\w\s] /;

describe('spinner', () => {
  it('shows its text, then another, and is gone when it stops', async () => {
    const stderr = screen();
    const progress = spinner(stderr, false, ready)('waiting');
    await turn();
    expect(stderr.lines).toEqual([expect.stringMatching(/^\S waiting$/)]);
    progress.update('almost');
    stderr.write('said\n');
    expect(stderr.lines).toEqual(['said', expect.stringMatching(/^\S almost$/)]);
    progress.stop();
    expect(stderr.lines).toEqual(['said']);
  });

  it('shows nothing at all when the work ends before ora is loaded', async () => {
    const stderr = screen();
    const progress = spinner(stderr, false, ready)('quick');
    progress.update('quicker');
    progress.stop();
    await turn();
    expect(stderr.raw).not.toContain('quick');
    expect(stderr.lines).toEqual([]);
  });

  it('is done without when ora cannot be loaded', async () => {
    const stderr = screen();
    const progress = spinner(stderr, false, () => Promise.reject(new Error('no such module')))('waiting');
    await turn();
    progress.update('still waiting');
    progress.stop();
    expect(stderr.raw).toBe('');
  });

  it('is hidden while a piece of work without a text runs, a question for instance', async () => {
    const stderr = screen();
    const start = spinner(stderr, false, ready);
    const work = start('working');
    const silence = start('');
    await turn();
    stderr.write('Buy it? [y/N] y\n');
    work.update('still working');
    expect(stderr.lines).toEqual(['Buy it? [y/N] y']);
    silence.stop();
    expect(stderr.lines).toEqual(['Buy it? [y/N] y', expect.stringContaining('still working')]);
    work.stop();
  });

  it('shows the latest of several pieces of work that is still running', async () => {
    const stderr = screen();
    const start = spinner(stderr, false, ready);
    const first = start('first');
    const second = start('second');
    await turn();
    expect(stderr.lines.join('')).toContain('second');
    second.stop();
    second.update('too late');
    stderr.write('');
    first.update('first again');
    stderr.write('line\n');
    expect(stderr.lines).toEqual(['line', expect.stringContaining('first again')]);
    first.stop();
    first.stop();
    expect(stderr.lines).toEqual(['line']);
  });

  it('begins again after it has stopped', async () => {
    const stderr = screen();
    const start = spinner(stderr, false, ready);
    const first = start('first');
    await turn();
    first.stop();
    const second = start('second');
    expect(stderr.lines.join('')).toMatch(FRAME);
    expect(stderr.lines.join('')).toContain('second');
    second.stop();
    expect(stderr.lines).toEqual([]);
  });

  it('stands still on a terminal of no width, where ora would clear lines forever', async () => {
    const stderr = screen(0);
    const fake = {
      text: '',
      isSpinning: false,
      start: () => (fake.isSpinning = true),
      stop: () => (fake.isSpinning = false),
    };
    const progress = spinner(stderr, false, async () => () => fake)('waiting');
    await turn();
    progress.update('still waiting');
    expect(fake.isSpinning).toBe(false);
    stderr.resize(80);
    expect(fake).toMatchObject({ isSpinning: true, text: 'still waiting' });
    stderr.resize(0);
    expect(fake.isSpinning).toBe(false);
    progress.stop();
  });

  it('leaves the cursor visible', async () => {
    const stderr = screen();
    const progress = spinner(stderr, false, ready)('waiting');
    await turn();
    progress.stop();
    expect(stderr.raw.lastIndexOf('\u001B[?25h')).toBeGreaterThan(stderr.raw.lastIndexOf('\u001B[?25l'));
  });

  it('stays the same however often an earlier one is stopped', async () => {
    const stderr = screen();
    const start = spinner(stderr, false, ready);
    const first = start('first');
    const second = start('second');
    await turn();
    first.stop();
    first.stop();
    stderr.write('line\n');
    expect(stderr.lines).toEqual(['line', expect.stringContaining('second')]);
    second.stop();
  });

  it.each([
    [true, 'cyan'],
    [false, false],
  ] as const)(
    'leaves standard input alone, so that Ctrl-C stays a signal; colour %s',
    async (colored, color) => {
      const asked: Options[] = [];
      const recording = (options: Options) => {
        asked.push(options);
        return ora(options);
      };
      const progress = spinner(screen(), colored, async () => recording)('waiting');
      await turn();
      progress.stop();
      expect(asked).toEqual([expect.objectContaining({ discardStdin: false, color })]);
    },
  );
});
