import { describe, expect, it } from 'vitest';
import { usageFailure } from '../../../src/core/errors.ts';
import type { Settings } from '../../../src/ports/index.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakeTree } from '../../support/fakes/tree.ts';

const BEFORE =
  'images:\n  - { id: a, prompt: a cat }\n  - { id: b, prompt: a dog }\n  - { id: old, prompt: x }\n';
const AFTER = `images:
  - { id: a, prompt: a cat }
  - { id: b, prompt: a dog, size: 2K }
  - { id: c, prompt: a fox }
  - { id: d, prompt: a fox }
`;

const compared = (before: string | null, after: string) => changing(before, after).pixtab;

function changing(
  before: string | null,
  after: string,
  settings: Partial<Settings> = { credentials: async () => null },
) {
  const then = new Map(before === null ? [] : [['pixtab.yaml', Buffer.from(before)]]);
  const all = world({
    settings,
    deps: {
      async tree(folder, revision) {
        if (revision === undefined) return fakeTree(all.pictureFiles.files, folder);
        if (revision !== 'HEAD') throw usageFailure(`git knows no revision "${revision}" here.`);
        return fakeTree(then, folder);
      },
    },
  });
  all.pictureFiles.files.set('pixtab.yaml', Buffer.from(after));
  return all;
}

describe('diff', () => {
  it('is the cost of a change in one line, and its pictures below', async () => {
    const { code, stdout } = await compared(BEFORE, AFTER)('diff');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^\+2 pictures, ~1 changed, −1: \$0\.0\d+, at most \$0\.\d+$/);
    expect(lines[1]).toMatch(/^~ b +\$0\.\d+ {2}size {2}/);
    expect(lines[2]).toMatch(/^\+ c +\$0\.0\d+/);
    expect(lines[3]).toMatch(/^\+ d +\$0\.00$/);
    expect(lines[4]).toBe('- old');
  });

  it('is a comment ready to post in --markdown', async () => {
    const { stdout } = await compared(BEFORE, AFTER)('diff', '--markdown');
    expect(stdout).toMatch(/^\*\*\+2 pictures, ~1 changed, −1: \$\S+, at most \$\S+\*\*\n\n\| \| picture \|/);
    expect(stdout).toContain('| - | `old` | | | |');
  });

  it('counts everything where there was no manifest before', async () => {
    const { stdout, stderr } = await compared(null, AFTER)('diff', '--json');
    expect(stderr).toContain('pixtab.yaml is not there at HEAD, so all of it counts as new');
    expect(JSON.parse(stdout)).toMatchObject({
      total: { create: 4, change: 0, keep: 0, bought: 3 },
      removed: [],
    });
  });

  it('shows a change that cannot be bought, prices the others, and exits 9', async () => {
    const after = `${AFTER}  - { id: e, prompt: a ship, model: imagen-4 }\n`;
    const { code, stdout, stderr } = await compared(BEFORE, after)('diff');
    expect(code).toBe(9);
    expect(stdout).toMatch(/^\+2 pictures, ~1 changed/);
    expect(stdout).toMatch(/^! e +cannot be bought: Imagen 4 was shut down on 2026-08-17\.$/m);
    expect(stderr).toContain('e cannot be bought');
  });

  it('counts no placeholder of the sandbox as bought, except in the sandbox', async () => {
    const played = changing(BEFORE, AFTER, { sandbox: true });
    expect((await played.pixtab('apply', '--only', 'c')).code).toBe(0);
    const said = '1 of them bought already, as the lock says.';
    expect((await played.pixtab('diff')).stdout).toContain(said);
    const real = changing(BEFORE, AFTER);
    const lock = played.pictureFiles.files.get('pixtab.lock');
    if (lock === undefined) throw new Error('apply writes a lock');
    real.pictureFiles.files.set('pixtab.lock', lock);
    expect((await real.pixtab('diff')).stdout).not.toContain(said);
  });

  it('says that nothing changed', async () => {
    expect((await compared(AFTER, AFTER)('diff')).stdout).toBe('no change to the pictures');
  });

  it('does not mind what was wrong before', async () => {
    const { code, stdout } = await compared('images:\n  - { id: a, promt: x }\n', AFTER)('diff', '--json');
    expect([code, JSON.parse(stdout).total.create]).toEqual([0, 4]);
  });

  it('exits 4 above --fail-over, with one JSON document', async () => {
    const { code, stdout } = await compared(BEFORE, AFTER)('diff', '--json', '--fail-over', '0.01');
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ error: { kind: 'budget' }, total: { create: 2 } });
  });

  it('passes on that git does not know a revision', async () => {
    const { code, stderr } = await compared(BEFORE, AFTER)('diff', '--base', 'nowhere');
    expect(code).toBe(2);
    expect(stderr).toContain('git knows no revision "nowhere" here.');
  });

  it('refuses a manifest that is empty now', async () => {
    const { code, stderr } = await compared(BEFORE, '')('diff');
    expect([code, stderr]).toEqual([2, expect.stringContaining('the file is empty or was cut off')]);
  });
});
