import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { primaryAttributes, type Line } from '../../../src/adapters/preview/query-terminal.ts';

/** A terminal that answers as it is told to; `runOut` ends all patience. */
function terminal(answers: readonly string[], { isTTY = true } = {}) {
  const modes: boolean[] = [];
  const asked: string[] = [];
  let runOut = (): void => {};
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode(mode: boolean) {
      modes.push(mode);
      return input;
    },
  });
  const line = {
    input,
    output: {
      isTTY,
      write(text: string) {
        asked.push(text);
        for (const answer of answers) input.write(answer);
      },
    },
    after(_: number, run: () => void) {
      runOut = run;
      return () => {};
    },
  };
  return { line: line as unknown as Line, input, modes, asked, runOut: () => runOut() };
}

describe('the attributes of a terminal', () => {
  it.each([
    ['at once', ['\u001B[?62;4;22c'], [62, 4, 22]],
    ['in pieces', ['\u001B', '[?1;', '2c'], [1, 2]],
    ['with none', ['\u001B[?c'], [0]],
  ])('are what it answers, %s', async (_, answers, attributes) => {
    const { line, modes, asked } = terminal(answers);
    expect(await primaryAttributes(line)).toEqual(attributes);
    expect(asked).toEqual(['\u001B[c']);
    expect(modes).toEqual([true, false]);
  });

  it('are none where it does not answer in time, and it is as it was then', async () => {
    const { line, modes, runOut, input } = terminal([]);
    const asking = primaryAttributes(line);
    runOut();
    expect(await asking).toBeNull();
    expect([modes, input.isPaused(), input.listenerCount('data')]).toEqual([[true, false], true, 0]);
  });

  it('leave what was typed meanwhile to whoever reads next', async () => {
    const { line, input } = terminal(['ls', '\u001B[?62;4c', '\r']);
    await primaryAttributes(line);
    expect(String(input.read())).toMatch(/^ls/);
  });

  it('are not asked for where nobody would hear the answer', async () => {
    const { line, asked, modes } = terminal(['\u001B[?4c'], { isTTY: false });
    expect(await primaryAttributes(line)).toBeNull();
    expect([asked, modes]).toEqual([[], []]);
  });
});
