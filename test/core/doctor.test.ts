import { describe, expect, it } from 'vitest';
import { clockCheck, folderCheck, ledgerChecks, nodeCheck, sessionChecks } from '../../src/core/doctor.ts';
import {
  catalogueChecks,
  listingChecks,
  namedModelChecks,
  type ListedModel,
} from '../../src/core/doctor-models.ts';
import type { Check, FolderFacts, LedgerFacts } from '../../src/core/doctor.ts';
import { usd } from '../../src/core/pricing/money.ts';
import { MODELS } from '../../src/core/catalogue/catalogue.ts';
import { MODELS_TODAY, TODAY } from '../support/pricing.ts';

const NOW = Date.parse(`${TODAY}T12:00:00Z`);
const shown = (checks: readonly Check[]) => checks.map(({ status, message }) => `${status} ${message}`);

describe('node', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['20.18.9', 'fail'],
    ['22.0.0', 'ok'],
    ['9.99.0', 'fail'],
  ])('%s is %s', (version, status) => {
    expect(nodeCheck(version, '>=20.19')).toMatchObject({ status, kind: status === 'fail' ? 'usage' : null });
  });
});

describe('the models that settings name', () => {
  it('are said to end, where they do, with where each setting stands', () => {
    const settings = {
      model: 'imagen-4',
      fallback: 'nano-banana-2.1,nano-banana-2',
      route: 'label hero -> imagen-3; else cheapest',
      size: '2K',
    };
    expect(
      shown(namedModelChecks(settings, { model: 'PIXTAB_MODEL', route: '.pixtab.json' }, TODAY)),
    ).toEqual([
      expect.stringMatching(/^warn model \(PIXTAB_MODEL\): Imagen 4 was shut down on 2026-08-17/),
      expect.stringMatching(/^warn fallback \(settings\): Nano Banana 2 is deprecated since 2026-10-06/),
      expect.stringMatching(/^warn route \(\.pixtab\.json\): imagen-3 was shut down on 2025-11-10/),
    ]);
  });

  it.each([
    [{}, []],
    [{ model: 'auto', fallback: '' }, []],
    [{ fallback: 'nano-banana-pro, ' }, []],
    [{ model: 'nano-banana-por' }, ['warn']],
    [{ route: 'hero -> pro' }, ['fail']],
  ])('of %j are %j', (settings, statuses) => {
    expect(namedModelChecks(settings, {}, TODAY).map(({ status }) => status)).toEqual(statuses);
  });
});

describe('the catalogue', () => {
  it('is fine while its oldest price is fresh', () => {
    expect(shown(catalogueChecks(TODAY, MODELS_TODAY))).toEqual([
      'ok The prices of 3 active models were checked on 2026-10-09 or later.',
    ]);
  });

  it('is warned of once a price has not been looked at for two months', () => {
    expect(catalogueChecks('2026-12-09', MODELS_TODAY)[0]).toMatchObject({ status: 'warn' });
    expect(catalogueChecks('2026-12-08', MODELS_TODAY)[0]).toMatchObject({ status: 'ok' });
  });

  it.each([
    ['2027-01-13', []],
    ['2027-01-14', ['Google shuts Nano Banana down on 2027-03-15, in 60 days.']],
    ['2027-03-14', ['Google shuts Nano Banana down on 2027-03-15, in 1 day.']],
    ['2027-03-15', []],
  ])('on %s warns of what ends within 60 days', (day, messages) => {
    const endings = catalogueChecks(day, MODELS_TODAY).filter(({ name }) => name === 'shutdown');
    expect(endings.map(({ message }) => message)).toEqual(messages);
    for (const { status, hint } of endings)
      expect([status, hint]).toEqual(['warn', expect.stringContaining('-m ')]);
  });
});

it('names no successor of a model that ends without one', () => {
  const alone = MODELS_TODAY.map((model) => ({ ...model, successor: null }));
  const [, ending] = catalogueChecks('2027-03-01', alone);
  expect(ending).toMatchObject({ name: 'shutdown', hint: null });
});

describe('sessions', () => {
  it.each([
    [[], []],
    [[null], ['ok 1 session to go on with.']],
    [[null, null], ['ok 2 sessions to go on with.']],
    [[null, 'a turn is missing'], ['warn Session s1 is damaged: a turn is missing.']],
  ])('of which the damage is %j are %j', (damages, lines) => {
    const checks = sessionChecks(damages.map((damage, index) => ({ name: `s${index}`, damage })));
    expect(shown(checks)).toEqual(lines);
  });
});

describe('a folder', () => {
  const aFolder = (facts: Partial<FolderFacts> = {}): FolderFacts => ({
    name: 'state',
    path: '/home/ada/state',
    exists: true,
    problem: null,
    freeBytes: 53_687_091_200n,
    ...facts,
  });

  it.each<[string, Partial<FolderFacts>, string, string | null]>([
    ['that is there', {}, 'ok /home/ada/state, 50 GiB free.', null],
    ['that is not there yet', { exists: false }, 'ok /home/ada/state (not there yet), 50 GiB free.', null],
    ['of unknown size', { freeBytes: null }, 'ok /home/ada/state.', null],
    ['with a GiB', { freeBytes: 1_073_741_824n }, 'ok /home/ada/state, 1 GiB free.', null],
    ['with just enough room', { freeBytes: 536_870_912n }, 'ok /home/ada/state, 512 MiB free.', null],
    ['with the least room', { freeBytes: 33_554_432n }, 'warn /home/ada/state, 32 MiB free.', null],
    ['with little room', { freeBytes: 511n * 1_048_576n }, 'warn /home/ada/state, 511 MiB free.', null],
    ['with no room', { freeBytes: 31n * 1_048_576n }, 'fail /home/ada/state, 31 MiB free.', 'usage'],
    ['of settings with no room', { name: 'config', freeBytes: 0n }, 'ok /home/ada/state, 0 MiB free.', null],
    [
      'that is closed',
      { problem: 'permission is denied' },
      'fail /home/ada/state cannot be written: permission is denied.',
      'usage',
    ],
    [
      'of settings that is closed',
      { name: 'config', problem: 'no' },
      'warn /home/ada/state cannot be written: no.',
      null,
    ],
  ])('%s', (_, facts, line, kind) => {
    const check = folderCheck(aFolder(facts));
    expect([shown([check])[0], check.kind]).toEqual([line, kind]);
    expect(check.hint === null).toBe(check.status === 'ok');
  });
});

describe('the ledger', () => {
  const aLedger = (facts: Partial<LedgerFacts> = {}): LedgerFacts => ({
    path: '/state/ledger.db',
    state: 'current',
    contradictions: [],
    newest: null,
    unsaved: 0,
    interrupted: 0,
    jobs: [],
    limits: [],
    hosts: [],
    ...facts,
  });
  const NOTHING = 'ok Nothing was left unfinished.';
  const A_HOST = { host: 'mill', requests: 2, held: usd('0.50') };

  it.each<[string, Partial<LedgerFacts>, readonly string[]]>([
    ['is not there yet', { state: 'none' }, ['ok There is none yet; the first purchase makes it.', NOTHING]],
    ['is sound', {}, ['ok /state/ledger.db is sound.', NOTHING]],
    [
      'is of an older pixtab',
      { state: 'older' },
      ['ok /state/ledger.db is sound; the next purchase brings it up to date.', NOTHING],
    ],
    ['contradicts itself', { contradictions: ['One.'] }, ['fail One.', NOTHING]],
    [
      'contradicts itself often',
      { contradictions: ['One.', 'Two.', 'Three.'] },
      ['fail One. 2 more like it.', NOTHING],
    ],
    [
      'has an answer to save',
      { unsaved: 1 },
      ['ok /state/ledger.db is sound.', 'warn 1 paid answer waits for its pictures to be saved.'],
    ],
    [
      'has answers to save',
      { unsaved: 2 },
      ['ok /state/ledger.db is sound.', 'warn 2 paid answers wait for their pictures to be saved.'],
    ],
    [
      'was interrupted',
      { interrupted: 3 },
      [
        'ok /state/ledger.db is sound.',
        'note 3 requests were interrupted; the next purchase settles what that means.',
      ],
    ],
    [
      'was interrupted once',
      { interrupted: 1 },
      [
        'ok /state/ledger.db is sound.',
        'note 1 request was interrupted; the next purchase settles what that means.',
      ],
    ],
    [
      'has other machines in it',
      { hosts: [0, 299_999, 300_000].map((ago) => ({ ...A_HOST, heardAt: NOW - ago })) },
      [
        'ok /state/ledger.db is sound.',
        NOTHING,
        'note mill holds $0.50 for 2 requests; heard of 0 minutes ago.',
        'note mill holds $0.50 for 2 requests; heard of 5 minutes ago.',
        'warn mill holds $0.50 for 2 requests; heard of 5 minutes ago.',
      ],
    ],
    [
      'has jobs that run',
      { jobs: [0, 1].map(() => ({ ended: false, since: NOW })) },
      ['ok /state/ledger.db is sound.', NOTHING, 'ok 2 jobs are under way; pixtab batch list shows more.'],
    ],
    [
      'has a job that runs',
      { jobs: [{ ended: false, since: NOW }] },
      ['ok /state/ledger.db is sound.', NOTHING, 'ok 1 job is under way; pixtab batch list shows more.'],
    ],
    [
      'has a job to fetch',
      { jobs: [{ ended: true, since: NOW }] },
      [
        'ok /state/ledger.db is sound.',
        NOTHING,
        'warn 1 batch job to fetch, whose results may be gone in 48 hours.',
      ],
    ],
    [
      'learned limits',
      {
        limits: [
          { host: 'google.example', model: '', meter: 'spend', most: 10_500_000_000n, at: NOW - 120_000 },
          { host: 'relay.example', model: 'gemini-3-pro-image', meter: 'requests', most: 20n, at: NOW },
        ],
      },
      [
        'ok /state/ledger.db is sound.',
        NOTHING,
        'note google.example was seen to allow $10.50 in ten minutes, 2 minutes ago; pixtab keeps to it.',
        'note relay.example was seen to allow 20 requests a minute of gemini-3-pro-image, 0 minutes ago; pixtab keeps to it.',
      ],
    ],
  ])('%s', (_, facts, lines) => {
    expect(shown(ledgerChecks(aLedger(facts), NOW))).toEqual(lines);
  });

  it('fails as a disk does', () => {
    expect(ledgerChecks(aLedger({ contradictions: ['One.'] }), NOW)[0]).toMatchObject({ kind: 'disk' });
  });
});

describe('the clock', () => {
  const MADE = Date.parse(
    MODELS.flatMap(({ rates }) => rates.map(({ checked }) => checked))
      .sort()
      .at(-1) ?? '',
  );
  const SET_BACK = 'warn The ledger has a purchase in the future: the clock was set back.';

  it.each<[string, number, number | null, number | null, string]>([
    ['alone', NOW, null, null, `ok ${TODAY}T12:00:00.000Z.`],
    ['as the server has it', NOW, null, NOW - 60_000, `ok ${TODAY}T12:00:00.000Z, as the server's.`],
    [
      'as the server does not have it',
      NOW,
      null,
      NOW + 61_000,
      "warn The clock differs from the server's by 61 seconds.",
    ],
    ['after the last purchase', NOW, NOW + 60_000, null, `ok ${TODAY}T12:00:00.000Z.`],
    ['well before the last purchase', NOW, NOW + 61_000, null, SET_BACK],
    [
      'on the day on which the last price was looked at',
      MADE,
      null,
      null,
      `ok ${new Date(MADE).toISOString()}.`,
    ],
    [
      'on the day before',
      MADE - 1,
      null,
      null,
      `warn The clock says ${new Date(MADE - 1).toISOString().slice(0, 10)}, which is before pixtab was made.`,
    ],
  ])('%s', (_, now, newest, serverTime, line) => {
    expect(shown([clockCheck(now, newest, serverTime)])).toEqual([line]);
  });
});

describe('what the API lists', () => {
  const all: ListedModel[] = MODELS_TODAY.map(({ id, wire }) => ({ id, methods: [wire] }));
  const checks = (models: readonly ListedModel[]) =>
    shown(listingChecks({ models, serverTime: null }, TODAY, MODELS_TODAY)).slice(1);
  const COMPLETE = 'ok All 4 that pixtab sells are among them.';

  it('holds everything that is sold', () => {
    expect(checks(all)).toEqual([COMPLETE]);
  });

  it('misses a model that pixtab would still buy from', () => {
    expect(checks(all.filter(({ id }) => id !== 'gemini-3-pro-image'))).toEqual([
      'warn Not listed any more: gemini-3-pro-image.',
    ]);
  });

  it('does not miss what was shut down', () => {
    expect(checks(all.filter(({ id }) => !id.startsWith('imagen')))).toEqual([COMPLETE]);
  });

  it.each([
    [{ id: 'gemini-4-flash-image', methods: ['generateContent'] }, true],
    [{ id: 'imagen-5.0-generate-001', methods: ['predict'] }, true],
    [{ id: 'gemini-4-pro-image', methods: ['countTokens', 'generateContent'] }, true],
    [{ id: 'imagen-video-1', methods: ['predictLongRunning'] }, false],
    [{ id: 'gemini-4-flash', methods: ['generateContent'] }, false],
    [{ id: 'image-embedding-1', methods: ['embedContent'] }, false],
    [{ id: 'nano-banana-pro', methods: ['generateContent'] }, false],
  ])('has %j, which is a new image model: %s', (model, isNew) => {
    const fresh = isNew ? [`note New, and without a price here: ${model.id}.`] : [];
    expect(checks([...all, model])).toEqual([COMPLETE, ...fresh]);
  });
});
