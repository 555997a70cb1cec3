import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { keyCredentials } from '../../../src/adapters/config/credentials.ts';
import type { Listing } from '../../../src/core/doctor-models.ts';
import type { Checkup, Provider, Settings } from '../../../src/ports/index.ts';
import { fakeCheckup } from '../../support/fakes/checkup.ts';
import { world } from '../../support/fakes/deps.ts';

const CANARY = 'AIzaSyDoctor-canary-0123456789';
const key = { credentials: async () => keyCredentials({ value: CANARY, from: 'GEMINI_API_KEY' }) };

interface Document {
  readonly outcome: string;
  readonly exitCode: number;
  readonly checks: readonly { name: string; status: string; message: string; hint: string | null }[];
  readonly error: { kind: string; message: string } | null;
}

interface Facts extends Partial<Checkup> {
  /** What the API answers. */
  readonly listing?: (provider: Provider) => Promise<Listing>;
}

function doctor({ listing, ...facts }: Facts = {}, settings: Partial<Settings> = {}) {
  const { client } = world().deps;
  return world({
    settings: { ...key, ...settings },
    deps: {
      checkup: async () => fakeCheckup(facts),
      ...(listing && {
        client: async (provider) => ({ ...(await client(provider)), models: () => listing(provider) }),
      }),
    },
  });
}

async function document(world: ReturnType<typeof doctor>, ...flags: readonly string[]): Promise<Document> {
  const { stdout } = await world.pixtab('doctor', '--json', ...flags);
  return JSON.parse(stdout) as Document;
}

const checkOf = ({ checks }: Document, name: string) => checks.find((check) => check.name === name);

describe('doctor', () => {
  it('finds everything in order, a line a check, and sends nothing', async () => {
    const { pixtab, api } = doctor({ listing: () => Promise.reject(new Error('must not be asked')) });
    const { code, stdout, stderr } = await pixtab('doctor');
    expect([code, stderr, api.sent]).toEqual([0, '', []]);
    expect(stdout.split('\n').map((line) => line.slice(0, 18).trim())).toEqual([
      'ok    pixtab',
      'ok    node',
      'ok    catalogue',
      'ok    key',
      'ok    base URL',
      'ok    proxy',
      'ok    settings',
      'ok    state',
      'ok    config',
      'ok    cache',
      'ok    ledger',
      'ok    unfinished',
      'ok    clock',
      'ok    terminal',
    ]);
  });

  it('says where the key is and never what it is', async () => {
    const all = doctor();
    const { stdout, stderr } = await all.pixtab('doctor', '--online', '-v');
    expect(stdout).toContain('There is one in GEMINI_API_KEY.');
    expect(`${stdout}${stderr}${JSON.stringify(await document(all, '--online'))}`).not.toContain(CANARY);
  });

  it('says who set the base URL, the proxy, the settings and what there is to know about them', async () => {
    const found = await document(
      doctor(
        { proxies: () => ['proxy.example:8080', 'proxy.example:8080'] },
        {
          baseUrl: { value: 'https://gateway.example', from: 'PIXTAB_BASE_URL' },
          defaults: { rpm: '60', ledger: '/books' },
          origins: { rpm: 'PIXTAB_RPM', ledger: 'PIXTAB_LEDGER' },
          notices: ['Two keys are set.'],
        },
      ),
    );
    expect(found.checks.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        'Requests and the key go to https://gateway.example, as PIXTAB_BASE_URL says.',
        'Requests go through proxy.example:8080.',
        'Set outside the command line: --rpm (PIXTAB_RPM), ledger (PIXTAB_LEDGER).',
        'Two keys are set.',
      ]),
    );
    expect(found.exitCode).toBe(0);
  });

  it('says where answers are kept beside this machine, or why they cannot be', async () => {
    const place = 's3://pictures/shop/real/journal/';
    const kept = await document(doctor({ journal: async () => place }));
    expect(checkOf(kept, 'journal')).toMatchObject({
      status: 'ok',
      message: `Answers can be read and kept at ${place}.`,
    });
    const away = new Failure('unavailable', 'The bucket pictures cannot be reached: ECONNREFUSED.');
    const failed = await document(doctor({ journal: () => Promise.reject(away) }));
    expect([failed.exitCode, checkOf(failed, 'journal')]).toMatchObject([10, { status: 'fail' }]);
  });

  const disk = new Failure('usage', 'The ledger is damaged: odd.', {
    charged: 'no',
    hint: 'Restore a backup.',
  });
  const closed = async () => [
    {
      name: 'state' as const,
      path: '/state',
      exists: true,
      problem: 'permission is denied',
      freeBytes: null,
    },
  ];

  it.each<[string, number, Facts, Partial<Settings>, readonly string[]]>([
    ['there is no key', 3, {}, { credentials: async () => null }, []],
    [
      'the key is refused',
      3,
      { listing: () => Promise.reject(new Failure('auth', 'Refused.')) },
      {},
      ['--online'],
    ],
    [
      'the API is away',
      10,
      { listing: () => Promise.reject(new Failure('unavailable', 'Away.')) },
      {},
      ['--online'],
    ],
    ['the ledger is damaged', 2, { ledger: () => Promise.reject(disk) }, {}, []],
    ['the state folder is closed', 2, { folders: closed }, {}, []],
    [
      'the home folder is not known',
      2,
      { folders: () => Promise.reject(new Failure('usage', 'No home.')) },
      {},
      [],
    ],
    ['Node is too old', 2, { node: { version: '18.1.0', wanted: '>=20.19' } }, {}, []],
  ])('when %s exits %i and looks at all the rest', async (_, exitCode, facts, settings, flags) => {
    const found = doctor(facts, settings);
    const { code, stderr } = await found.pixtab('doctor', ...flags);
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(/^pixtab: /);
    const said = await document(found, ...flags);
    expect(said).toMatchObject({ exitCode, error: { kind: said.outcome } });
    expect(said.checks.filter(({ status }) => status === 'fail')).toHaveLength(1);
    expect(said.checks.length).toBeGreaterThan(11);
  });

  it('exits as the first of several failures, and counts the others', async () => {
    const found = await document(
      doctor({ ledger: () => Promise.reject(disk) }, { credentials: async () => null }),
    );
    expect(found).toMatchObject({
      exitCode: 3,
      outcome: 'auth',
      error: { message: 'There is no API key; 1 other check failed too.' },
    });
  });

  it('finds a key that cannot be one and an address that is not safe', async () => {
    const settings: Settings = {
      ...(await doctor().deps.settings({})),
      get credentials(): Settings['credentials'] {
        throw new Failure('auth', 'The API key in .env has characters that no key has.');
      },
      get baseUrl(): Settings['baseUrl'] {
        throw new Failure('usage', 'PIXTAB_BASE_URL must use https.');
      },
    };
    const found = await document(world({ deps: { settings: async () => settings } }));
    expect(checkOf(found, 'key')).toMatchObject({ status: 'fail', message: expect.stringContaining('.env') });
    expect(checkOf(found, 'base URL')).toMatchObject({ status: 'fail' });
    expect(found.exitCode).toBe(3);
  });

  it('warns without failing', async () => {
    const ledger = await fakeCheckup().ledger({ sandbox: false });
    const found = doctor({ ledger: async () => ({ ...ledger, unsaved: 2 }) });
    const { code, stdout } = await found.pixtab('doctor');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^warn {2}unfinished {2}2 paid answers .*\n {18}Run pixtab recover\.$/m);
  });

  it('asks the API with --online, and its clock too', async () => {
    const { deps } = doctor();
    const seen: unknown[] = [];
    const found = doctor({
      listing: async ({ baseUrl, credentials, sandbox }) => {
        seen.push({ baseUrl, headers: credentials.headers(), sandbox });
        return { models: [], serverTime: deps.clock.now() - 3_600_000 };
      },
    });
    const said = await document(found, '--online');
    expect(seen).toEqual([
      { baseUrl: 'https://google.example', headers: { 'x-goog-api-key': CANARY }, sandbox: false },
    ]);
    expect(checkOf(said, 'clock')).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('3600 seconds'),
    });
    expect(checkOf(said, 'models')).toMatchObject({ status: 'warn' });
    expect(said.exitCode).toBe(0);
  });

  it('needs no key in the sandbox, and asks its books and its models', async () => {
    const asked: unknown[] = [];
    const ledger = await fakeCheckup().ledger({ sandbox: true });
    const found = doctor(
      {
        ledger: async ({ sandbox }) => {
          asked.push(sandbox);
          return ledger;
        },
        listing: async ({ name, sandbox }) => {
          asked.push([name, sandbox]);
          return { models: [], serverTime: null };
        },
      },
      { sandbox: true },
    );
    expect(checkOf(await document(found, '--online'), 'key')).toMatchObject({ status: 'ok' });
    expect(asked).toEqual([true, ['sandbox', true]]);
  });

  it('is cancelled like anything else', async () => {
    const cancelled = new Failure('cancelled', 'Cancelled while the models were listed.');
    const { pixtab } = doctor({ listing: () => Promise.reject(cancelled) });
    const { code, stdout } = await pixtab('doctor', '--online', '--json');
    expect([code, (JSON.parse(stdout) as Document).outcome]).toEqual([130, 'cancelled']);
  });
});
