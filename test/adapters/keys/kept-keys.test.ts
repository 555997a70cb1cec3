import { expect, it } from 'vitest';
import { keptKeys } from '../../../src/adapters/keys/kept-keys.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { lacks } from '../../support/lacks.ts';
import { tempDir } from '../../support/tempdir.ts';

const A_KEY = { key: 'AIzaSyThisIsNoKeyAtAll', name: 'default', provider: 'google', ending: '', account: '' };

it.each([
  ['on Windows, where its mode says nothing', 'win32', false],
  ['elsewhere', 'linux', !lacks('files as POSIX has them')],
] as const)(
  'a key in a file is said to be yours alone where that is known: %s',
  async (_, system, isYoursAlone) => {
    await using dir = await tempDir();
    const open = () => Promise.reject(new Error('There is no keychain.'));
    const env = { PIXTAB_HOME: dir.path };
    const keys = keptKeys({ env, cwd: dir.path, clock: fakeClock(), open, system });
    expect(await keys.keep(A_KEY, { inFile: true })).toMatchObject({ place: 'file', isYoursAlone });
  },
);
