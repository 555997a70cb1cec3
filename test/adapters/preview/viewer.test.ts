import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { viewer } from '../../../src/adapters/preview/viewer.ts';
import type { Screen } from '../../../src/adapters/preview/types.ts';

const picture = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
const screen = (env: Screen['env'], attributes: readonly number[] | null = null): Screen => ({
  isTerminal: true,
  columns: 20,
  env,
  attributes: async () => attributes,
});
const drawn = async (bytes: Uint8Array, screen: Screen) => (await viewer(screen))(bytes);

// oxlint-disable no-control-regex -- the escape character is the point.
describe('a picture in the terminal', () => {
  it('is two pixels a character where the terminal knows no pictures', async () => {
    const text = await drawn(await picture(40, 20, '#ff8000'), screen({ COLORTERM: 'truecolor' }));
    const lines = (text ?? '').split('\n');
    expect(lines).toHaveLength(5);
    expect(lines.every((line) => line.match(/▀/g)?.length === 20)).toBe(true);
    expect(lines[0]).toContain('\u001B[38;2;255;128;0m\u001B[48;2;255;128;0m▀');
    expect(lines[0]?.endsWith('\u001B[0m')).toBe(true);
  });

  it('keeps to 216 colours where there are no more', async () => {
    expect(await drawn(await picture(2, 2, '#ff0000'), screen({ TERM: 'xterm-256color' }))).toContain(
      '38;5;196m',
    );
  });

  it('leaves the lower half of an odd last row alone', async () => {
    const text = await drawn(await picture(20, 3, '#000000'), screen({ COLORTERM: 'truecolor' }));
    expect(text?.split('\n')[1]).not.toContain('[48;');
  });

  it('goes to kitty as PNG in pieces', async () => {
    const text = await drawn(await noise(), screen({ TERM: 'xterm-kitty' }));
    const pieces = [...(text ?? '').matchAll(/\u001B_G([^;]*);([^\u001B]*)\u001B\\/g)];
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces[0]?.[1]).toBe('a=T,f=100,c=20,m=1');
    expect(pieces.at(-1)?.[1]).toBe('m=0');
    const sent = Buffer.from(pieces.map(([, , data]) => data).join(''), 'base64');
    expect(await sharp(sent).metadata()).toMatchObject({ format: 'png', width: 200 });
  });

  it.each([{ TERM_PROGRAM: 'iTerm.app' }, { LC_TERMINAL: 'iTerm2' }, { TERM_PROGRAM: 'WezTerm' }])(
    'goes to iTerm2 as it is: %j',
    async (env) => {
      const bytes = await picture(8, 8, '#123456');
      const text = await drawn(bytes, screen(env));
      expect(text).toMatch(/^\u001B\]1337;File=inline=1;.*width=20.*:.*\u0007$/s);
      expect(text).toContain(bytes.toString('base64'));
    },
  );

  it.each([
    ['a terminal that says it has them', { TERM: 'xterm-256color' }, [62, 4, 22]],
    ['tmux that says it has them', { TMUX: '/tmp/1', TERM_PROGRAM: 'iTerm.app' }, [1, 2, 4]],
    ['foot, which need not be asked', { TERM: 'foot-extra' }, null],
  ])('is sixels in %s', async (_, env, attributes) => {
    const text = await drawn(await picture(8, 8, '#123456'), screen(env, attributes));
    expect(text).toMatch(/^\u001BP0;1;0q"1;1;8;8#0;2;7;20;34#0!8~-#0!8B\u001B\\$/);
  });

  it.each([
    ['a terminal that says it has no pictures', { TERM: 'xterm' }, [1, 2]],
    ['one whose 4 is a part of another number', { TERM: 'xterm' }, [64, 14]],
    ['one that says nothing', { TERM: 'xterm' }, null],
    ['tmux, whatever is around it', { TMUX: '/tmp/1', TERM_PROGRAM: 'iTerm.app' }, [1, 2]],
    ['screen, whatever is around it', { TERM: 'screen', KITTY_WINDOW_ID: '1' }, null],
  ])('is blocks in %s', async (_, env, attributes) => {
    expect(await drawn(await picture(8, 8, '#123456'), screen(env, attributes))).toContain('▀');
  });

  it('asks a terminal once, however many pictures it draws, and none that it knows', async () => {
    let asked = 0;
    const attributes = async () => ((asked += 1), null);
    const draw = await viewer({ ...screen({ TERM: 'xterm' }), attributes });
    await draw(await picture(2, 2, '#123456'));
    await draw(await picture(2, 2, '#123456'));
    expect(asked).toBe(1);
    await viewer({ ...screen({ TERM: 'xterm-kitty' }), attributes });
    await viewer({ ...screen({ TERM: 'xterm' }), attributes, isTerminal: false });
    await viewer({ ...screen({ TERM: 'dumb' }), attributes });
    expect(asked).toBe(1);
  });

  it('is nothing where there is no terminal', async () => {
    const bytes = await picture(8, 8, '#123456');
    expect(await drawn(bytes, { ...screen({}), isTerminal: false })).toBeNull();
    expect(await drawn(bytes, screen({ TERM: 'dumb' }))).toBeNull();
  });
});

const noise = () =>
  sharp({
    create: {
      width: 400,
      height: 300,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png()
    .toBuffer();
