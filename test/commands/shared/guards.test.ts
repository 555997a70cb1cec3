import { describe, expect, it } from 'vitest';
import { world } from '../../support/fakes/deps.ts';

describe('a flag in the place of a value', () => {
  it.each([
    [['-o', '--sandbox'], '--out needs a value, and --sandbox is a flag.'],
    [['-o', '--max-cost=0.05'], '--out needs a value, and --max-cost=0.05 is a flag.'],
    [['-o', '-n'], '--out needs a value, and -n is a flag.'],
    [['--image', 'a.png', '--image', '--yes'], '--image needs a value, and --yes is a flag.'],
  ])('is refused, for it would buy what it should prevent: %j', async (args, message) => {
    const { pixtab, api } = world();
    const { code, stdout, stderr } = await pixtab('a cat', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(api.sent).toEqual([]);
  });

  it.each([['-dash'], ['--unknown'], ['a=b']])('is a value where no flag is called that: %s', async (out) => {
    const { code } = await world().pixtab('a cat', `--out=${out}`);
    expect(code).toBe(0);
  });
});
