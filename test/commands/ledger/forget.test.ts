import { describe, expect, it } from 'vitest';
import { run } from '../../../src/cli.ts';
import { world, type WorldOptions } from '../../support/fakes/deps.ts';
import { fakeTerminal } from '../../support/fakes/terminal.ts';

const DAY = 86_400_000;

/** A picture, a session and a raw answer from a day before the first of December. */
async function used(options: WorldOptions = {}) {
  const here = world(options);
  await here.pixtab('a cat', '-o', '/work/cat.jpg');
  await here.pixtab('edit', '/work/cat.jpg', '-p', 'at night', '--session', 'sky', '-o', '/work/night.jpg');
  here.journal.kept.set('raw', {
    attempt: null,
    body: new Uint8Array(2_000),
    status: 'ok',
    keptAt: here.clock.now(),
  });
  here.clock.advance(10 * DAY);
  const prompts = () => [...here.store.attempts.values()].map(({ plan }) => plan.prompt);
  const day = new Date(here.clock.now()).toISOString().slice(0, 10);
  return { ...here, prompts, day };
}

describe('forget', () => {
  it('lets prompts go, and says what stays', async () => {
    const { pixtab, prompts, day, sessions, journal } = await used();
    const spent = await pixtab('spend', '--json');
    const ran = await pixtab('forget', '--before', day, '--yes');
    expect(ran).toEqual({
      code: 0,
      stdout: 'forgotten: 2 prompts',
      stderr: 'What was spent, and where pictures are, stays.',
    });
    expect(prompts()).toEqual(['', '']);
    expect([sessions.all.size, journal.kept.size]).toEqual([1, 1]);
    expect(await pixtab('spend', '--json')).toEqual(spent);
    expect(await pixtab('forget', '--before', day)).toMatchObject({
      code: 0,
      stderr: 'There is nothing to forget.',
    });
  });

  it('leaves requests in the history that say so, and cannot be bought again', async () => {
    const { pixtab, day, api } = await used();
    await pixtab('forget', '--before', day, '--yes');
    const { stdout } = await pixtab('history', '--json');
    const { rows } = JSON.parse(stdout) as { rows: { attemptId: string; prompt: string | null }[] };
    expect(rows.map(({ prompt }) => prompt)).toEqual([null, null]);
    expect((await pixtab('history')).stdout).toContain('(forgotten)');
    expect(await pixtab('history', rows[0]?.attemptId ?? '', '--again')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('was forgotten'),
    });
    expect(api.sent).toHaveLength(2);
  });

  it('with --all lets sessions and raw answers go too', async () => {
    const { pixtab, day, sessions, journal } = await used();
    const ran = await pixtab('forget', '--before', day, '--all', '--yes', '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({
      schema: 'pixtab.forget/1',
      outcome: 'ok',
      exitCode: 0,
      before: `${day}T00:00:00.000Z`,
      prompts: 2,
      answers: { count: 1, bytes: 2_000 },
      sessions: 1,
      error: null,
    });
    expect([sessions.all.size, journal.kept.size]).toEqual([0, 0]);
  });

  it('only looks with --dry-run, and needs nobody for that', async () => {
    const { pixtab, prompts, day, sessions } = await used();
    const ran = await pixtab('forget', '--before', day, '--all', '--dry-run');
    expect(ran.stdout).toBe('would be forgotten: 2 prompts, 1 raw answer (2 kB), 1 session');
    expect([prompts(), sessions.all.size]).toEqual([['a cat', 'at night'], 1]);
  });

  it('asks first', async () => {
    const asked: string[] = [];
    const isFirst = () => asked.length > 1;
    const confirm = async (question: string) => (asked.push(question), isFirst());
    const { deps, prompts, day } = await used({ deps: { confirm } });
    const terminal = fakeTerminal({}, { stdinIsTerminal: true });
    const forget = () =>
      run(['forget', '--before', day], { ...deps, terminal: (options) => terminal.with(options) });
    expect(await forget()).toBe(130);
    expect(prompts()).toEqual(['a cat', 'at night']);
    expect(await forget()).toBe(0);
    expect(asked).toEqual(Array.from({ length: 2 }, () => '2 prompts cannot be brought back. Forget?'));
    expect(prompts()).toEqual(['', '']);
  });

  it('does nothing where nobody can be asked', async () => {
    const { pixtab, prompts, day } = await used();
    const ran = await pixtab('forget', '--before', day);
    expect(ran).toMatchObject({ code: 4, stderr: expect.stringContaining('Allow it with --yes') });
    expect(prompts()).toEqual(['a cat', 'at night']);
  });

  it.each([
    [[], 'forget needs a day'],
    [['--before', 'yesteryear'], '--before'],
    [['--before', '2026-01-01', '--prompts', '--all'], 'exclude each other'],
    [['--forget-after', '0'], '--forget-after'],
  ])('%j is refused', async (args, why) => {
    expect(await world().pixtab('forget', ...args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(why),
    });
  });
});

describe('forget-after', () => {
  const kept = (days: string): WorldOptions => ({
    settings: { defaults: { 'forget-after': days }, origins: { 'forget-after': 'PIXTAB_FORGET_AFTER' } },
  });

  it('lets prompts go with the next purchase', async () => {
    const { pixtab, prompts } = await used(kept('7'));
    await pixtab('a dog', '-o', '/work/dog.jpg');
    expect(prompts()).toEqual(['', '', 'a dog']);
  });

  it('is the default of forget', async () => {
    const { pixtab, prompts } = await used(kept('7'));
    expect((await pixtab('forget', '--yes')).code).toBe(0);
    expect(prompts()).toEqual(['', '']);
  });

  it('that makes no sense is said before anything is bought', async () => {
    const { pixtab, api } = world(kept('soon'));
    expect(await pixtab('a cat')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('PIXTAB_FORGET_AFTER'),
    });
    expect(api.sent).toHaveLength(0);
  });
});
