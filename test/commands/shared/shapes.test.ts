import { beforeAll, describe, expect, it } from 'vitest';
import { aPicture, world } from '../../support/fakes/deps.ts';
import { refusalAnswer } from '../../support/answers.ts';

type Json = null | string | number | boolean | readonly Json[] | { readonly [key: string]: Json };
type Document = Readonly<Record<string, Json>>;

/** Objects whose keys are names that somebody chose, or lanes: all of their values are alike. */
const BY_NAME = /(?:^|\.)(?:lanes|properties)$/;

const kindOf = (value: Json): string =>
  value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;

/** Where two values differ in their kind or in their keys; null stands for a fact that is absent. */
function differences(a: Json, b: Json, path: string): readonly string[] {
  if (a === null || b === null) return [];
  if (kindOf(a) !== kindOf(b)) return [`${path}: ${kindOf(a)} and ${kindOf(b)}`];
  if (Array.isArray(a) && Array.isArray(b)) {
    const [first, ...more] = [...a, ...b] as readonly Json[];
    return more.flatMap((one) => differences(first ?? null, one, `${path}[]`));
  }
  if (typeof a !== 'object' || typeof b !== 'object') return [];
  const [one, other] = [a as Document, b as Document];
  if (BY_NAME.test(path)) return [];
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return keys.flatMap((key) =>
    key in one && key in other
      ? differences(one[key] ?? null, other[key] ?? null, `${path}.${key}`)
      : [`${path}: ${key} is not always there`],
  );
}

/** Every value under a name, wherever it stands. */
function named(name: string, value: Json): readonly Json[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((one) => named(name, one));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value as Document).flatMap(([key, one]) => [
    ...(key === name ? [one] : []),
    ...named(name, one),
  ]);
}

const BOUGHT = [
  'estimate',
  'estimate cat',
  'estimate cat --compare',
  'estimate --budget 20/month',
  'estimate --per-day 10 --platforms',
  'cat --dry-run',
  'a cat -n 2',
  'a dog',
  'a bird --lane batch -n 2',
  'generate',
  'generate --each-line --prompt-file prompts.txt',
  'generate --each-line --prompt-file prompts.txt --max-cost 0.01',
  'generate --each-line --prompt-file prompts.txt --lane batch',
  'cat --max-cost 0.01',
  'edit',
  'models',
  'models pro',
  'models nope',
  'prices',
  'prices why pro',
  'prices why nope',
  'prices diff 2026-03-01 2026-11-20',
  'batch',
  'batch list',
  'batch show nope',
  'batch fetch',
  'batch wait --timeout 1',
  'batch cancel nope',
  'recover',
  'recover --list',
  'recover --kept',
  'settle nope --charged',
  'history',
  'history last',
  'history nope',
  'spend',
  'spend --by model',
  'spend --by nothing',
  'spend --accuracy',
  'budget',
  'budget set 20/month',
  'budget set 5',
  'receipt',
  'receipt last',
  'receipt nope',
  'verify',
  'forget --before 2020-01-01',
  'forget --before 2020-01-01 --dry-run',
  'forget',
  'prompt',
  'prompt save cat a-cat',
  'prompt show nope',
  'plan',
  'apply',
  'apply --frozen',
  'plan --only nope',
  'diff',
  'doctor',
  'sandbox --port x',
  'reconcile nope.csv',
  'help',
  '--version',
];

describe('JSON', () => {
  const documents = new Map<string, Map<string, Document>>();
  const everywhere = (name: string): readonly Json[] =>
    [...documents.values()].flatMap((all) => [...all.values()].flatMap((one) => named(name, one)));

  beforeAll(async () => {
    const { pixtab, pictureFiles } = world({
      script: [aPicture('1'), aPicture('2'), refusalAnswer('IMAGE_SAFETY')],
      deps: {
        async *lines() {
          yield ['a cat', 'a dog'];
        },
      },
    });
    pictureFiles.files.set('pixtab.json', Buffer.from('{"images":[{"id":"hero","prompt":"x"}]}'));
    for (const line of BOUGHT) {
      const { stdout } = await pixtab(...line.split(' '), '--json');
      const document = JSON.parse(stdout) as Document & { readonly schema: string };
      const { schema } = document;
      documents.set(schema, (documents.get(schema) ?? new Map<string, Document>()).set(line, document));
    }
  });

  it('has one shape for each schema, whatever was asked and however it ended', () => {
    const found = [...documents].flatMap(([schema, all]) => {
      const [first, ...more] = [...all];
      return more.flatMap(([line, document]) =>
        differences(first?.[1] ?? null, document, schema).map((difference) => `${line}: ${difference}`),
      );
    });
    expect(found).toEqual([]);
  });

  it('has many schemas here, each in the same envelope', () => {
    expect(documents.size).toBeGreaterThan(20);
    for (const all of documents.values())
      for (const document of all.values())
        expect(document).toMatchObject({
          schema: expect.stringMatching(/^pixtab\.[a-z]+\/\d$/),
          sandbox: expect.any(Boolean),
          outcome: expect.any(String),
          exitCode: expect.any(Number),
          warnings: expect.any(Array),
        });
  });

  it.each<[string, object]>([
    ['quote', { low: expect.any(String), expected: expect.any(String), high: expect.any(String) }],
    ['cost', { amount: expect.any(String), currency: 'USD', charged: expect.any(String) }],
    ['error', { kind: expect.any(String), exitCode: expect.any(Number), message: expect.any(String) }],
  ])('means the same by %s everywhere', (name, shape) => {
    const all = everywhere(name).filter((one) => one !== null);
    expect(all.length).toBeGreaterThan(2);
    for (const one of all) expect(one).toMatchObject(shape);
  });

  it.each([
    ['settled', 'string'],
    ['unconfirmed', 'string'],
    ['held', 'string'],
    ['model', 'string'],
    ['lane', 'string'],
    ['runId', 'string'],
    ['attemptId', 'string'],
    ['sha256', 'string'],
  ])('has %s as a %s everywhere', (name, kind) => {
    const all = everywhere(name);
    expect([...new Set(all.map(kindOf))].filter((one) => one !== 'null')).toEqual([kind]);
  });

  it('has none of the names that once meant the same as another', () => {
    for (const name of ['booked', 'paid']) expect(everywhere(name)).toEqual([]);
  });
});
