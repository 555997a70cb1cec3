import { describe, expect, it } from 'vitest';
import { networkFileSystem } from '../../../src/adapters/ledger/network-file-system.ts';
import { openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { tempDir } from '../../support/tempdir.ts';

const of =
  (types: Readonly<Record<string, number>>) =>
  async (path: string): Promise<{ type: number }> => {
    const type = types[path];
    if (type === undefined) throw new Error('ENOENT');
    return { type };
  };

describe.runIf(process.platform === 'linux')('the file system under a ledger', () => {
  it.each([
    [0x6969, 'NFS'],
    [0xfe534d42, 'SMB'],
    [0xfe534d42 | 0, 'SMB'],
    [0xff534d42, 'CIFS'],
    [0xef53, null],
    [0x01021994, null],
  ])('%d is %s', async (type, name) => {
    expect(await networkFileSystem('/data', of({ '/data': type }))).toBe(name);
  });

  it('is that of the folder in which its own will be made', async () => {
    expect(await networkFileSystem('/mnt/team/pixtab/state', of({ '/': 0xef53, '/mnt/team': 0x6969 }))).toBe(
      'NFS',
    );
    expect(await networkFileSystem('/home/me/state', of({ '/': 0xef53, '/mnt/team': 0x6969 }))).toBeNull();
    expect(await networkFileSystem('/nobody/knows', of({}))).toBeNull();
  });

  it('is known of a real folder', async () => {
    await using dir = await tempDir();
    expect(await networkFileSystem(dir.path)).toBeNull();
  });
});

it('refuses a ledger on a network file system, and makes nothing there', async () => {
  await using dir = await tempDir();
  const opening = openLedger(dir.at('state', 'ledger.db'), { networkOf: async () => 'NFS' });
  await expect(opening).rejects.toMatchObject({
    kind: 'usage',
    charged: 'no',
    message: expect.stringMatching(/^The ledger .*ledger\.db would be on NFS/),
    hint: expect.stringContaining('PIXTAB_LEDGER'),
  });
});
