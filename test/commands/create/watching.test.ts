import { describe, expect, it } from 'vitest';
import { run } from '../../../src/cli.ts';
import { Failure } from '../../../src/core/errors.ts';
import { refusalAnswer } from '../../support/answers.ts';
import { fakeTerminal } from '../../support/fakes/terminal.ts';
import { aPicture, world, type Ran } from '../../support/fakes/deps.ts';

interface Event {
  readonly event?: string;
  readonly schema?: string;
  readonly attemptId?: string;
  readonly [fact: string]: unknown;
}

const eventsIn = ({ stdout }: Ran): readonly Event[] =>
  stdout.split('\n').map((line): Event => JSON.parse(line));
const namesIn = (ran: Ran): readonly string[] =>
  eventsIn(ran).map(({ event, schema }) => event ?? schema ?? '');

describe('--events', () => {
  it('tells what happens as it happens, and the document last', async () => {
    const { pixtab } = world();
    const ran = await pixtab('a cat', '-n', '2', '--concurrency', '1', '-o', 'out/{n}.jpg', '--events');
    expect(namesIn(ran)).toEqual('quote held sent image done sent image done pixtab.generate/1'.split(' '));
    const [quote, held, sent, image, done] = eventsIn(ran);
    const document = eventsIn(ran).at(-1);
    const shared = { at: expect.any(String), runId: document?.['runId'] };
    expect(quote).toMatchObject({ ...shared, count: 2, low: expect.any(String), high: expect.any(String) });
    expect(held).toMatchObject({ ...shared, count: 2, amount: quote?.['high'] });
    expect(sent).toMatchObject({ ...shared, model: document?.['model'], attemptId: expect.any(String) });
    expect(image).toMatchObject({
      attemptId: sent?.attemptId,
      path: 'out/1.jpg',
      sha256: expect.any(String),
    });
    expect(done).toMatchObject({ attemptId: sent?.attemptId, outcome: 'ok', cost: { charged: 'yes' } });
    expect(document).toMatchObject({ outcome: 'ok', images: [{}, {}] });
  });

  it('tells of what failed', async () => {
    const { pixtab } = world({ script: [new Failure('unconfirmed', 'No answer came.')] });
    const ran = await pixtab('a cat', '--events');
    expect(ran.code).toBe(8);
    expect(namesIn(ran)).toEqual(['quote', 'held', 'sent', 'done', 'pixtab.generate/1']);
    expect(eventsIn(ran)[3]).toMatchObject({ outcome: 'unconfirmed', cost: { charged: 'unknown' } });
  });

  it('is one line too where nothing was bought', async () => {
    const ran = await world().pixtab('a cat', '--max-cost', '0', '--events');
    expect(ran.code).toBe(4);
    expect(namesIn(ran)).toEqual(['pixtab.generate/1']);
    expect(namesIn(await world().pixtab('a cat', '--no-such-flag', '--events'))).toHaveLength(1);
  });

  it('tells of what a job brings', async () => {
    const { pixtab, google } = world();
    const bought = await pixtab('a cat', '-n', '2', '--lane', 'batch', '-o', 'out/', '--events');
    expect(namesIn(bought)).toEqual(['quote', 'held', 'pixtab.generate/1']);
    google.end();
    const fetched = await pixtab('batch', 'fetch', '--events');
    expect(namesIn(fetched)).toEqual(['image', 'done', 'image', 'done', 'pixtab.batch/1']);
  });

  it('tells of every picture of a manifest by its name', async () => {
    const all = world();
    const images = [{ id: 'hero', prompt: 'a lighthouse' }];
    all.pictureFiles.files.set('pixtab.json', Buffer.from(JSON.stringify({ images })));
    const ran = await all.pixtab('apply', '--events');
    expect(namesIn(ran)).toEqual(['quote', 'held', 'sent', 'image', 'done', 'pixtab.apply/1']);
    expect(eventsIn(ran)[3]).toMatchObject({ for: 'hero', path: 'images/hero.jpg' });
  });
});

describe('several pictures', () => {
  it('are told one after the other, each as soon as those before it are there', async () => {
    const terminal = fakeTerminal();
    const seen: string[][] = [];
    const look = async () => (seen.push([...terminal.stdout]), aPicture(String(seen.length)));
    const { deps } = world({ script: [look, refusalAnswer('IMAGE_OTHER'), look, look] });
    const args = ['a cat', '-n', '3', '--concurrency', '1', '-o', 'out/{n}.jpg', '--refusal-retries', '1'];
    expect(await run(args, { ...deps, terminal: () => terminal })).toBe(0);
    // The second is asked for again, and the third waits for it.
    const [one, two, three] = [1, 2, 3].map((n) => `out/${n}.jpg`);
    expect(seen).toEqual([[], [one], [one]]);
    expect(terminal.stdout).toEqual([one, two, three]);
  });

  it('say how many there are, what was spent and how long it takes', async () => {
    const { deps, clock } = world({ script: [async () => (clock.advance(4_000), aPicture('1'))] });
    const terminal = fakeTerminal();
    const args = ['a cat', '-n', '3', '--concurrency', '1', '-o', 'out/', '-m', 'nano-banana-pro'];
    expect(await run(args, { ...deps, terminal: () => terminal })).toBe(0);
    expect(terminal.progressed).toContainEqual(
      expect.stringMatching(/^1 of 3 images, \$0\.\d+ spent, about 8 s left; Nano Banana Pro$/),
    );
    expect(terminal.progressed.at(-1)).toMatch(/^3 of 3 images, \$0\.\d+ spent; Nano Banana Pro$/);
  });
});

describe('an apply that is interrupted', () => {
  function project(count: number, lane: string, script: Parameters<typeof world>[0] = {}) {
    const all = world(script);
    const images = Array.from({ length: count }, (_, index) => ({
      id: `p${index}`,
      prompt: `picture ${index}`,
    }));
    all.pictureFiles.files.set('pixtab.json', Buffer.from(JSON.stringify({ defaults: { lane }, images })));
    return all;
  }

  it('counts what was not begun, and says it once', async () => {
    const all = project(5, 'now', { script: [async () => (all.stop.abort(), aPicture('1'))] });
    const { code, stderr } = await all.pixtab('apply', '--concurrency', '1');
    expect(code).toBe(130);
    expect(stderr.match(/^done /gm)).toHaveLength(1);
    expect(stderr).toContain('left   4 of 5 pictures not begun');
    expect(stderr).not.toContain('failed');
  });

  it('does not call failed what is ordered and coming', async () => {
    const all = project(2, 'batch');
    expect((await all.pixtab('apply')).code).toBe(12);
    all.stop.abort();
    const { code, stderr } = await all.pixtab('apply', '--wait');
    expect(code).toBe(130);
    expect(stderr.match(/^job {4}p\d {2}under way in job/gm)).toHaveLength(2);
    expect(stderr).not.toContain('failed');
  });
});

describe('the page of a workflow', () => {
  async function shown(args: readonly string[], { deps } = world()) {
    const terminal = fakeTerminal();
    await run(args, { ...deps, terminal: () => terminal });
    return terminal;
  }

  it('has what generate bought, and what went wrong', async () => {
    const { summaries, annotations } = await shown(['a cat', '-o', 'cat.jpg']);
    expect(summaries).toEqual([
      expect.stringMatching(/^\*\*pixtab generate\*\*: ok; paid {3}\$0\.\d+ for 1 image\n\n- `cat\.jpg`$/),
    ]);
    expect(annotations).toEqual([]);
    const failed = await shown(['a cat'], world({ script: [new Failure('unconfirmed', 'No answer came.')] }));
    expect(failed.annotations).toEqual(['error: No answer came.']);
  });

  it('has a row for each picture of an apply, and a mark for each that failed', async () => {
    const all = world({ script: [aPicture('1'), new Failure('unconfirmed', 'No answer came.')] });
    const images = ['one', 'two'].map((id) => ({ id, prompt: `picture ${id}` }));
    all.pictureFiles.files.set('pixtab.json', Buffer.from(JSON.stringify({ images })));
    const { summaries, annotations } = await shown(['apply', '--concurrency', '1'], all);
    expect(summaries.join('\n')).toMatch(
      /^\*\*pixtab apply\*\*: partial; .*\n\n\| picture .*\n.*\n\| `one` \| \$0\.\d+ \| `images\/one\.jpg` \|\n\| `two` \| \$0\.00 \| No answer came\. \|$/,
    );
    expect(annotations).toEqual([
      'warning: failed two: No answer came.',
      expect.stringContaining('error: 1 of 2 images on disk.'),
    ]);
  });
});
