import { describe, expect, it } from 'vitest';
import { usd } from '../../../src/core/pricing/money.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';

const DAY_MS = 86_400_000;

/** Sessions sky, which was gone on with, and lake. */
async function talked(settings: Parameters<typeof world>[0] = {}) {
  const all = world(settings);
  await all.pictureFiles.put('photo.png', fakePicture('png', 9, 9), { replace: false });
  for (const [name, text] of [
    ['sky', 'make it night'],
    ['sky', 'add a moon'],
    ['lake', 'add a lake'],
  ] as const) {
    const sources = name === 'sky' && text === 'add a moon' ? [] : ['photo.png'];
    await all.pixtab('edit', ...sources, '-p', text, '--session', name);
    all.clock.advance(1000);
  }
  return all;
}

describe('session', () => {
  it.each([[['session']], [['session', 'list']], [['chat', '--list']]])(
    '%j lists sessions, the latest first',
    async (argv) => {
      const { pixtab } = await talked();
      const { code, stdout, stderr } = await pixtab(...argv);
      const [, first, second] = stdout.split('\n');
      expect(code).toBe(0);
      expect(first).toMatch(/^lake +1 .*add a lake/);
      expect(second).toMatch(/^sky +1 .*add a moon/);
      expect(stderr).toContain('goes after 90 days (PIXTAB_SESSION_DAYS)');
    },
  );

  it('has a document for programs', async () => {
    const { pixtab } = await talked();
    const { sessions, schema } = JSON.parse((await pixtab('session', '--json')).stdout);
    expect(schema).toBe('pixtab.session/1');
    expect(sessions[1]).toMatchObject({ name: 'sky', turns: 1, damage: null, prompt: 'add a moon' });
    expect(usd(sessions[1].cost)).toBeGreaterThan(0n);
  });

  it('lets go of those that are named', async () => {
    const { pixtab, sessions } = await talked();
    expect(await pixtab('session', 'rm', 'sky', 'sky')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'removed sky',
    });
    expect([...sessions.all.keys()]).toEqual(['lake']);
  });

  it.each([
    [['session', 'rm'], 'needs the name'],
    [['session', 'rm', 'lake', 'skye'], 'There is no session skye; there is sky.'],
    [['session', 'show'], 'pixtab session show is no command'],
    [['session', 'list', 'sky'], 'takes no names'],
  ])('refuses %j, and removes nothing', async (argv, says) => {
    const { pixtab, sessions } = await talked();
    expect(await pixtab(...argv)).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
    expect(sessions.all.size).toBe(2);
  });
});

describe('a session that nobody goes on with', () => {
  const SET = {
    settings: { defaults: { 'session-days': '7' }, origins: { 'session-days': 'PIXTAB_SESSION_DAYS' } },
  };

  it('goes after the next turn once it is old, and that is said; the one that is gone on with stays', async () => {
    const { pixtab, clock, sessions } = await talked(SET);
    clock.advance(8 * DAY_MS);
    const ran = await pixtab('edit', '-p', 'add a boat', '--session', 'sky');
    expect(ran.stderr).toContain('1 session gone that nobody went on with for 7 days (PIXTAB_SESSION_DAYS)');
    expect([...sessions.all.keys()]).toEqual(['sky']);
    expect(sessions.all.get('sky')).toHaveLength(1);
  });

  it('stays where it is younger', async () => {
    const { pixtab, clock, sessions } = await talked();
    clock.advance(80 * DAY_MS);
    const ran = await pixtab('edit', '-p', 'add a boat', '--session', 'sky');
    expect(ran.stderr).not.toContain('gone');
    expect(sessions.all.size).toBe(2);
  });

  it('is no reason for a failure where sessions cannot be written', async () => {
    const { pixtab, sessions } = await talked();
    sessions.forget = async () => Promise.reject(new Error('the disk is full'));
    expect(await pixtab('edit', '-p', 'add a boat', '--session', 'sky')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('the disk is full'),
    });
  });

  it.each(['0', 'long', '1.5'])('is not kept for %j days', async (days) => {
    const { pixtab } = await talked({ settings: { defaults: { 'session-days': days } } });
    expect(await pixtab('session')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('sessions are kept for a whole number of days'),
    });
  });
});

describe('doctor', () => {
  it('names damaged sessions, and says what to do', async () => {
    const { pixtab, sessions } = await talked();
    expect((await pixtab('doctor')).stdout).toContain('2 sessions to go on with.');
    const whole = await sessions.list();
    sessions.list = async () =>
      whole.map((one) => ({ ...one, damage: one.name === 'sky' ? 'turn 1 cannot be read' : null }));
    const { code, stdout } = await pixtab('doctor');
    expect(code).toBe(0);
    expect(stdout).toContain('Session sky is damaged: turn 1 cannot be read.');
    expect(stdout).toContain('pixtab session rm sky');
  });
});
