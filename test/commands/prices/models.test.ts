import { describe, expect, it } from 'vitest';
import { MODELS } from '../../../src/core/catalogue/catalogue.ts';
import { world } from '../../support/fakes/deps.ts';

const models = (...argv: readonly string[]) => world().pixtab('models', ...argv);
const TODAY = ['--at', '2026-11-22'];

describe('models', () => {
  it('is a table of names, status and prices that fits 80 columns', async () => {
    const { code, stdout } = await models(...TODAY);
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines).toHaveLength(MODELS.length + 1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.find((line) => line.startsWith('nano-banana-2 '))).toMatch(
      /deprecated +\$0\.0448 +\$0\.0672 +\$0\.1008 +\$0\.1512 +\$0\.0336$/,
    );
    expect(lines.find((line) => line.startsWith('imagen-4-fast'))).toMatch(/retired +\$0\.02$/);
  });

  it('answers for an earlier day', async () => {
    const { stdout } = await models('--at', '2026-03-15');
    expect(stdout).toMatch(/imagen-4-fast +active +\$0\.02/);
    expect(stdout).toMatch(/nano-banana-2\.1 +unreleased$/m);
  });

  it('has plain decimals for machines', async () => {
    const { stdout } = await models('--csv', ...TODAY);
    expect(stdout).toContain('gemini-3.1-flash-image,deprecated,0.04482,0.0672,0.1008,0.1512,0.0336');
    expect(stdout).not.toContain('$');
  });

  it('says when its prices are stale, and only then', async () => {
    expect((await models(...TODAY)).stderr).not.toContain('last checked');
    expect((await models('--at', '2027-06-01')).stderr).toContain(
      'The prices were last checked on 2026-10-09, 235 days before',
    );
  });

  it('has the shape that scripts rely on', async () => {
    const { stdout } = await models('--json', ...TODAY);
    const document = JSON.parse(stdout);
    expect(document.schema).toBe('pixtab.models/1');
    expect(document.models).toHaveLength(MODELS.length);
    expect(document.models).toContainEqual({
      id: 'gemini-3.1-flash-image',
      name: 'Nano Banana 2',
      aliases: ['nano-banana-2', 'gemini-3.1-flash-image-preview'],
      family: 'gemini',
      status: 'deprecated',
      retiredOn: null,
      elsewhere: [
        expect.objectContaining({ platform: 'Agent Platform', retiredOn: '2027-05-28', orLater: true }),
      ],
      successor: 'gemini-nano-banana-2.1',
      sizes: ['512', '1K', '2K', '4K'],
      aspects: expect.arrayContaining(['1:1', '16:9', '8:1']),
      lanes: ['now', 'batch'],
      abilities: expect.arrayContaining(['edit', 'commentary', 'chat', 'search']),
      prices: expect.arrayContaining([
        { lane: 'now', size: '4K', perImage: '0.1512', platform: 'google' },
        { lane: 'batch', size: '512', perImage: '0.02241', platform: 'google' },
      ]),
      source: 'https://ai.google.dev/gemini-api/docs/pricing',
      checked: '2026-09-24',
    });
  });

  it('shows one model whole, with what each source says of its end', async () => {
    const { stdout } = await models('nano-banana', ...TODAY);
    expect(stdout).toMatch(/^id +gemini-2\.5-flash-image$/m);
    expect(stdout).toMatch(/^status +restricted$/m);
    expect(stdout.match(/^said /gm)).toHaveLength(3);
    expect(stdout).toMatch(/^price +priority: 1K \$0\.0697$/m);
  });

  it('suggests the nearest name', async () => {
    const { code, stderr } = await models('nano-bananas-pro');
    expect([code, stderr]).toEqual([2, expect.stringContaining('Did you mean nano-banana-pro?')]);
    const failed = await models('nothing', '--json');
    expect(JSON.parse(failed.stdout)).toMatchObject({ models: [], error: { kind: 'usage' } });
  });

  it.each(['--csv', '--markdown'])('prints ids with %s', async (flag) => {
    expect((await models(flag, ...TODAY)).stdout).toContain('gemini-nano-banana-2.1');
  });
});
