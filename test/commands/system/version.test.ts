import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../support/fakes/clock.ts';
import { world } from '../../support/fakes/deps.ts';

describe('--version', () => {
  it.each(['--version', '-V'])(
    '%s is the version on stdout, and the age of the prices for people',
    async (flag) => {
      expect(await world().pixtab(flag)).toEqual({
        code: 0,
        stdout: '0.0.0',
        stderr: 'prices checked on 2026-10-09, 44 days ago',
      });
    },
  );

  it('says when the prices are too old to rely on', async () => {
    const clock = fakeClock('2026-12-09T00:00:00Z');
    const { stderr } = await world({ deps: { clock } }).pixtab('--version');
    expect(stderr).toBe('prices checked on 2026-10-09, 61 days ago; a newer pixtab may know better');
  });
});
