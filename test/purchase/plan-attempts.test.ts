import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/core/order/order.ts';
import { sum } from '../../src/core/pricing/money.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import { lateSaver, latePlan } from '../../src/purchase/late-saving.ts';
import { planAttempts } from '../../src/purchase/plan-attempts.ts';
import type { Session } from '../../src/purchase/session.ts';
import { fakePictureFiles } from '../support/fakes/picture-files.ts';
import { aPicture, anOrder, TODAY } from '../support/pricing.ts';
import { aPlan } from '../support/purchases.ts';

function planned(model: string, changes: Partial<Order>) {
  const order = anOrder(model, changes);
  const paths = Array.from({ length: order.count }, (_, index) => `${index}.png`);
  let number = 0;
  return planAttempts(
    { order, quote: quote(order, TODAY) },
    { paths, cwd: '/work', format: null, quality: null, replace: false },
    { runId: 'run-1', account: 'google.example#1', attemptId: () => `attempt-${(number += 1)}` },
  );
}

const shares = (...args: Parameters<typeof planned>) =>
  planned(...args).map(({ plan }) => [plan.attemptId, plan.images, ...plan.save.paths]);

describe('an order that is divided into requests', () => {
  it('has one for each picture, where a model makes one a request', () => {
    expect(shares('nano-banana-2.1', { count: 2 })).toEqual([
      ['attempt-1', 1, '0.png'],
      ['attempt-2', 1, '1.png'],
    ]);
  });

  it('has as few as may be where a model makes several, and the rest in the last', () => {
    expect(shares('imagen-4', { count: 6 })).toEqual([
      ['attempt-1', 4, '0.png', '1.png', '2.png', '3.png'],
      ['attempt-2', 2, '4.png', '5.png'],
    ]);
    expect(shares('imagen-4', { count: 4 })).toHaveLength(1);
  });

  it('has one for each prompt, whatever a model makes in one', () => {
    const prompts = ['a cat', 'a dog'];
    const attempts = planned('imagen-4', { count: 2, prompts });
    expect(attempts.map(({ plan }) => [plan.prompt, plan.images])).toEqual([
      ['a cat', 1],
      ['a dog', 1],
    ]);
    expect(attempts.every(({ order }) => order.prompts === undefined)).toBe(true);
  });

  it.each([
    ['nano-banana-2.1', { count: 3 }],
    ['imagen-4', { count: 6 }],
    ['nano-banana-2.1', { count: 2, prompts: ['a cat', 'a dog '.repeat(50)] }],
  ] as const)('is held for no less than it was quoted at: %s', (model, changes) => {
    const order = anOrder(model, changes);
    const { expected, high } = quote(order, TODAY);
    const attempts = planned(model, changes);
    expect(sum(attempts.map(({ plan }) => plan.high)) >= high).toBe(true);
    expect(sum(attempts.map(({ plan }) => plan.expected)) >= expected).toBe(true);
    // Every one of them has a share of its own.
    expect(attempts.every(({ plan }) => plan.high < high)).toBe(true);
  });

  it('knows how many requests show the same input pictures, which are uploaded once', () => {
    expect(planned('imagen-4', { count: 6 }).map(({ order }) => order.alike)).toEqual([2, 2]);
    expect(planned('nano-banana-2.1', { count: 3 })[0]?.order.alike).toBe(3);
  });

  it('says which pictures were shown, and how many turns there were before', () => {
    const file = { path: 'cat.png', sha256: 'ab' };
    const inputs = [aPicture, { ...aPicture, file }];
    const [attempt] = planned('nano-banana-2.1', { inputs });
    expect(attempt?.plan.asked).toMatchObject({
      inputs: [{ path: 'cat.png', sha256: null }, file],
      turns: 0,
    });
  });
});

describe('a picture that comes later than its order', () => {
  const save = (...paths: readonly string[]) => ({ ...aPlan().save, paths });
  const plan = aPlan({ attemptId: '0123456789', save: save('out/cat', '-') });

  it('goes where it was to go, or becomes a file where its reader is gone', () => {
    expect(latePlan(plan, undefined, '/home/ada').paths).toEqual(['out/cat', 'recovered-01234567-2']);
  });

  it('goes there from another folder too', () => {
    expect(latePlan(plan, undefined, '/tmp').paths).toEqual([
      '/home/ada/out/cat',
      '/home/ada/recovered-01234567-2',
    ]);
  });

  it('goes into the folder or bucket that whoever fetches it names', () => {
    const into = (out: string) => latePlan(plan, out, '/tmp').paths;
    expect(into('here')).toEqual(['/tmp/here/cat', '/tmp/here/recovered-01234567-2']);
    for (const bucket of ['s3://shop/art', 's3://shop/art/'])
      expect(into(bucket)).toEqual(['s3://shop/art/cat', 's3://shop/art/recovered-01234567-2']);
  });

  it('goes into the store that it was meant for, unless a folder is named', () => {
    const toStore = aPlan({ save: { ...save('-'), toStore: { place: 's3://shop/store' } } });
    expect(latePlan(toStore, undefined, '/tmp')).toBe(toStore.save);
    expect(latePlan(toStore, 'here', '/tmp').paths).toEqual(['/tmp/here/recovered-attempt--1']);
  });
});

it('a picture that an interrupted run wrote is not written again beside itself, and one that is another is', async () => {
  const pictureFiles = fakePictureFiles({ 'cat.png': Buffer.from('a cat') });
  const session = {
    saver: async () => ({ pictureFiles, remark: () => {} }),
    deps: { sha256: (bytes: Uint8Array) => Buffer.from(bytes).toString('hex') },
    settings: { sandbox: false },
  } as unknown as Session;
  const late = await lateSaver(session);
  const put = (path: string, content: string) =>
    late.pictureFiles.put(path, Buffer.from(content), { replace: false });
  expect(await put('cat.png', 'a cat')).toBe('cat.png');
  expect([...pictureFiles.files.keys()]).toEqual(['cat.png']);
  expect(await put('cat.png', 'a dog')).toBe('cat-2.png');
  expect(await put('dog.png', 'a dog')).toBe('dog.png');
  expect(pictureFiles.files.get('cat.png')).toEqual(Buffer.from('a cat'));
});
