import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { checkup, type CheckupContext } from '../../src/adapters/doctor.ts';
import type { Checkup } from '../../src/ports/index.ts';
import { sharedPlace } from '../../src/adapters/journal/shared-place.ts';
import { bucketAccess, bucketServer } from '../support/bucket-server.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { rejection } from '../support/failure.ts';
import { tempDir, type TempDir } from '../support/tempdir.ts';

const look = (
  folder: TempDir,
  env: Readonly<Record<string, string>> = {},
  journal: CheckupContext['journal'] = async () => null,
): Checkup =>
  checkup({
    env,
    journal,
    ledger: async () => folder.at('home', 'state'),
    places: () => ({
      config: folder.at('home', 'config'),
      state: folder.at('home', 'state'),
      cache: folder.at('cache'),
      ledger: folder.at('home', 'state'),
    }),
    clock: fakeClock(),
    node: { version: '20.20.2', wanted: '>=20.19' },
  });

describe('checkup', () => {
  it('looks whether answers can be read and written where they are kept as well, and leaves nothing there', async () => {
    await using folder = await tempDir();
    await using bucket = await bucketServer();
    const { signal } = new AbortController();
    const wishes = { env: bucketAccess(bucket), clock: fakeClock(), stop: signal, leave: signal };
    const here = look(folder, {}, async ({ sandbox }) => sharedPlace('s3://pictures/shop', sandbox, wishes));
    const place = 's3://pictures/shop/real/journal/';
    expect(await here.journal({ sandbox: false })).toBe(place);
    expect([bucket.objects.size, bucket.uploads.size]).toEqual([0, 0]);
    const denied = { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };
    bucket.refusals.set('GET', denied);
    expect(await rejection(here.journal({ sandbox: false }))).toMatchObject({
      kind: 'auth',
      message: expect.stringMatching(`^Answers cannot be looked for at ${place}. .*AccessDenied`),
    });
    bucket.refusals.clear();
    bucket.refusals.set('POST', denied);
    expect(await rejection(here.journal({ sandbox: true }))).toMatchObject({
      kind: 'auth',
      message: expect.stringMatching(/^Answers could not be kept at .*sandbox\/journal\/.*AccessDenied/),
    });
    expect(await look(folder).journal({ sandbox: false })).toBeNull();
  });

  it('says of folders that are not there yet whether they could be made, and makes none', async () => {
    await using folder = await tempDir();
    const found = await look(folder).folders();
    expect(found.map(({ name, exists, problem }) => [name, exists, problem])).toEqual([
      ['state', false, null],
      ['config', false, null],
      ['cache', false, null],
    ]);
    for (const { freeBytes } of found) expect(freeBytes).toBeGreaterThan(0n);
    expect(await look(folder).ledger({ sandbox: false })).toMatchObject({ state: 'none' });
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('tells a folder from a file in its place', async () => {
    await using folder = await tempDir();
    await mkdir(folder.at('cache'));
    await writeFile(folder.at('home'), 'a file');
    const found = await look(folder).folders();
    expect(found.map(({ exists, problem }) => [exists, problem])).toEqual([
      [false, 'a file is in the place of a folder'],
      [false, 'a file is in the place of a folder'],
      [true, null],
    ]);
  });

  it.each([
    [{}, []],
    [
      { HTTPS_PROXY: 'http://ada:secret@proxy.example:8080', HTTP_PROXY: 'other.example:3128' },
      ['proxy.example:8080', 'other.example:3128'],
    ],
    [{ ALL_PROXY: 'proxy.example:8080' }, ['proxy.example:8080']],
    [{ https_proxy: 'http://[' }, ['an address that cannot be read']],
  ])('names the proxies of %j by host alone', async (env, hosts) => {
    await using folder = await tempDir();
    expect(look(folder, env).proxies()).toEqual(hosts);
  });

  it('looks at the books of the sandbox in their own folder', async () => {
    await using folder = await tempDir();
    const { path } = await look(folder).ledger({ sandbox: true });
    expect(path).toBe(folder.at('home', 'state', 'sandbox', 'ledger.db'));
  });
});
