import { describe, expect, it } from 'vitest';
import { world, type WorldOptions } from '../../support/fakes/deps.ts';

/** What a purchase is filed under. */
async function filed(flags: readonly string[], options: WorldOptions = {}) {
  const { pixtab, store } = world(options);
  const { code, stderr } = await pixtab('a cat', ...flags);
  const [run] = store.runs.values();
  return { code, stderr, project: run?.project, labels: run?.labels };
}

const inShop = { deps: { repository: async () => 'shop' } };
const set = { settings: { defaults: { project: 'from-settings' }, origins: { project: 'PIXTAB_PROJECT' } } };

describe('the project of a purchase', () => {
  it.each<[string, readonly string[], WorldOptions, string | null]>([
    ['is what --project says', ['--project', 'site'], { ...inShop, ...set }, 'site'],
    ['else what is set', [], { ...inShop, ...set }, 'from-settings'],
    ['else the git repository', [], inShop, 'shop'],
    ['else none', [], {}, null],
    ['is none where it is empty', ['--project', ''], inShop, null],
  ])('%s', async (_, flags, options, project) => {
    expect(await filed(flags, options)).toMatchObject({ code: 0, project, labels: [] });
  });

  it('counts against its budget', async () => {
    const { pixtab } = world(inShop);
    await pixtab('budget', 'set', '0.01/day', '--project', 'shop');
    const refused = await pixtab('a cat');
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('in project shop');
    expect((await pixtab('a cat', '--project', 'site')).code).toBe(0);
    expect((await pixtab('spend', '--by', 'project')).stdout).toContain('site');
  });
});

describe('labels of a purchase', () => {
  it('are as many as are said', async () => {
    expect(await filed(['--label', 'hero', '--label', 'spring 2027'])).toMatchObject({
      labels: ['hero', 'spring 2027'],
    });
  });

  it('are rows of what was spent', async () => {
    const { pixtab } = world();
    await pixtab('a cat', '--label', 'hero', '--label', 'spring');
    const { stdout } = await pixtab('spend', '--by', 'label');
    expect(stdout).toMatch(/^hero /m);
    expect(stdout).toMatch(/^spring /m);
  });

  it.each([['a line\nbreak'], ['x'.repeat(61)]])('%j is no label', async (label) => {
    const { code, stderr } = await filed(['--label', label]);
    expect(code).toBe(2);
    expect(stderr).toContain('60 printable characters');
  });
});
