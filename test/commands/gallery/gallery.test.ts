import { beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import type { PageAround, PageRow, PageRows, PageSpending, PageStart } from '../../../src/core/page/types.ts';
import type { SiteAnswer, SiteRequest } from '../../../src/ports/index.ts';
import { candidate, imagePart, refusalAnswer } from '../../support/answers.ts';
import { aPicture, world, type World } from '../../support/fakes/deps.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';

const LOST = new Failure('unconfirmed', 'The connection broke.');
const EVIL = '</script><script>alert(1)</script>';

/** As a model answers that signs what it made. */
const signed = (tag: string) =>
  candidate([
    { ...imagePart(fakePicture('jpeg', 64, 64, tag), 'image/jpeg'), thoughtSignature: `signature of ${tag}` },
  ]);

type Answer = (request: SiteRequest) => Promise<SiteAnswer | null>;

/** A picture, a refusal, a request without an answer, and the same prompt of another model. */
async function shop({ sandbox = false } = {}): Promise<World & { readonly served: () => Answer }> {
  let answer: Answer | null = null;
  const all = world({
    settings: { sandbox },
    script: [aPicture('a'), refusalAnswer(), LOST, aPicture('b'), signed('red'), signed('hat')],
    deps: {
      site: async (given) => {
        answer = given;
        all.stop.abort();
        return { url: 'http://127.0.0.1:2/token/', close: async () => {} };
      },
    },
  });
  await all.pixtab('a cat', '-o', 'out/cat.jpg', '--project', 'shop', '--label', 'spring');
  all.clock.advance(86_400_000);
  await all.pixtab(EVIL, '--refusal-retries', '0', '--project', 'shop');
  await all.pixtab('a bird', '-m', 'nano-banana-2');
  await all.pixtab('a cat', '-m', 'nano-banana-pro', '-o', 'out/pro.jpg');
  all.clock.advance(1000);
  return {
    ...all,
    served() {
      if (answer === null) throw new Error('nothing is served');
      return answer;
    },
  };
}

/** What a page would ask of the gallery. */
function asking(answer: Answer) {
  const { signal } = new AbortController();
  const ask = (path: string, query: Readonly<Record<string, string>> = {}) =>
    answer({ path, query: new URLSearchParams(query), signal });
  const data = async <T>(name: string, query: Readonly<Record<string, string>> = {}): Promise<T> => {
    const found = await ask(`data/${name}`, query);
    if (found === null) throw new Error(`there is no ${name}`);
    return JSON.parse(String(found.body)) as T;
  };
  const rows = (query: Readonly<Record<string, string>> = {}) =>
    data<PageRows>('rows', { from: '0', count: '60', ...query });
  return { ask, data, rows };
}

async function opened(...flags: readonly string[]) {
  const all = await shop({ sandbox: flags.includes('--sandbox') });
  const ran = await all.pixtab('gallery', ...flags);
  return { ...all, ran, ...asking(all.served()) };
}

const startIn = (html: string): PageStart =>
  JSON.parse(/<script type="application\/json" id="start">(.*?)<\/script>/s.exec(html)?.[1] ?? '');

describe('gallery', () => {
  /** For those who only look. */
  let looked: Awaited<ReturnType<typeof opened>>;
  beforeAll(async () => {
    looked = await opened();
  });

  it('says its address on stdout, and ends at Ctrl-C', async () => {
    const { ran } = looked;
    expect(ran).toMatchObject({ code: 0, stdout: 'http://127.0.0.1:2/token/' });
  });

  it('opens the browser when it is told to', async () => {
    const paths: string[] = [];
    const all = world({ deps: { open: async (path) => void paths.push(path) } });
    all.stop.abort();
    expect((await all.pixtab('gallery', '--open')).code).toBe(0);
    expect(paths).toEqual(['http://127.0.0.1:2/token/']);
  });

  it('serves a page in which nothing that was typed is markup', async () => {
    const { ask } = await opened('--project', 'shop');
    const html = String((await ask(''))?.body);
    expect(html).not.toContain('alert(1)');
    expect(startIn(html)).toMatchObject({
      source: 'server',
      projects: ['shop'],
      labels: ['spring'],
      filters: { project: 'shop' },
      models: [{ alias: 'nano-banana-2-lite' }, { alias: 'nano-banana-pro' }, { alias: 'nano-banana-2' }],
    });
    expect(await ask('page.js')).toMatchObject({ type: 'text/javascript' });
    expect(await ask('page.css')).toMatchObject({ type: 'text/css' });
    const elsewhere = ['page', '../x', 'data/x', 'thumb/x', 'picture/x', 'out/cat.jpg'];
    expect(await Promise.all(elsewhere.map((path) => ask(path)))).toEqual(elsewhere.map(() => null));
  });

  it('has refusals and unconfirmed requests as rows too, the newest first, in pages', async () => {
    const { rows } = looked;
    const { total, rows: all } = await rows();
    expect(total).toBe(4);
    expect(all.map(({ outcome }) => outcome)).toEqual(['ok', 'unconfirmed', 'refused', 'ok']);
    expect(all[1]).toMatchObject({
      prompt: 'a bird',
      reason: 'The connection broke.',
      cost: { charged: 'unknown' },
    });
    expect(all[2]).toMatchObject({ prompt: EVIL, images: [], reason: 'IMAGE_SAFETY' });
    expect(all[3]).toMatchObject({
      alias: 'nano-banana-2-lite',
      project: 'shop',
      labels: ['spring'],
      images: [{ path: 'out/cat.jpg', width: 1024, place: { state: 'there' } }],
    });
    const page = await rows({ from: '1', count: '2' });
    expect([page.total, page.rows.map(({ id }) => id)]).toEqual([4, [all[1]?.id, all[2]?.id]]);
  });

  it('keeps its rows in place while more is bought', async () => {
    const { ask, rows, pixtab, clock } = await opened();
    const { at } = startIn(String((await ask(''))?.body));
    clock.advance(1000);
    await pixtab('a later one');
    expect([(await rows({ asOf: at })).total, (await rows()).total]).toEqual([4, 5]);
  });

  it.each<[Readonly<Record<string, string>>, readonly string[]]>([
    [{ search: 'CAT' }, ['a cat', 'a cat']],
    [{ search: 'a cat', model: 'nano-banana-pro' }, ['a cat']],
    [{ model: 'gemini-3-pro-image' }, ['a cat']],
    [{ project: 'shop' }, [EVIL, 'a cat']],
    [{ label: 'spring' }, ['a cat']],
    [{ lane: 'batch' }, []],
    [{ since: '2026-11-23' }, ['a cat', 'a bird', EVIL]],
    [{ until: '2026-11-22' }, ['a cat']],
    [{ refused: 'yes' }, [EVIL]],
    [{ unconfirmed: 'yes' }, ['a bird']],
    [{ refused: 'yes', unconfirmed: 'yes' }, ['a bird', EVIL]],
    [{ search: '' }, ['a cat', 'a bird', EVIL, 'a cat']],
  ])('filters as history does: %j', async (query, prompts) => {
    const { rows } = looked;
    expect((await rows(query)).rows.map(({ prompt }) => prompt)).toEqual(prompts);
  });

  it.each([
    [{ since: 'then' }, '--since takes a day'],
    [{ project: 'shops' }, 'No request was ever filed under the project "shops".'],
    [{ lane: 'slow' }, "option '--lane <lane>' argument 'slow' is invalid"],
    [{ model: 'x' }, 'There is no model "x".'],
  ])('says in the page what is wrong with a filter: %j', async (query, sentence) => {
    const { ask } = looked;
    const answered = await ask('data/rows', { from: '0', count: '9', ...query });
    expect(answered?.status).toBe(400);
    expect(JSON.parse(String(answered?.body)).error).toContain(sentence);
  });

  it('refuses a filter of the command line before it serves anything', async () => {
    const { pixtab } = await shop();
    const { code, stderr } = await pixtab('gallery', '--project', 'shops');
    expect([code, stderr]).toEqual([2, expect.stringContaining('Did you mean shop?')]);
  });

  it('shows a request with its receipt, its tries, and what the same prompt cost on other models', async () => {
    const { data, rows } = looked;
    const { rows: all } = await rows();
    const id = all[3]?.id ?? '';
    const row = await data<PageRow>('row', { id });
    expect(row).toEqual(all[3]);
    expect(row.cost?.lines.map(({ meter }) => meter)).toContain('image output');
    expect(row.quote.expected).toMatch(/^0\.03/);
    const around = await data<PageAround>('around', { id });
    expect(around.tries.map((one) => one.id)).toEqual([id]);
    expect(around.alike.map(({ alias, prompt }) => [alias, prompt])).toEqual([['nano-banana-pro', 'a cat']]);
    expect(around.session).toBeNull();
    await expect(data('row', { id: 'x' })).rejects.toThrow('there is no row');
  });

  it('shows the turns of a session, each with its picture', async () => {
    const all = await shop();
    await all.pixtab('edit', 'out/cat.jpg', '-p', 'make it red', '--session', 'cats', '-o', 'out/red.jpg');
    await all.pixtab('edit', '--continue', 'add a hat', '--session', 'cats', '-o', 'out/hat.jpg');
    all.clock.advance(1000);
    await all.pixtab('gallery');
    const { data, rows } = asking(all.served());
    const [hat, red] = (await rows()).rows;
    const { session } = await data<PageAround>('around', { id: red?.id ?? '' });
    expect(session?.name).toBe('cats');
    expect(session?.turns.map(({ prompt, sha256 }) => [prompt, sha256])).toEqual([
      ['make it red', red?.images[0]?.sha256],
      ['add a hat', hat?.images[0]?.sha256],
    ]);
    expect(red?.inputs).toMatchObject([{ path: 'out/cat.jpg' }]);
  });

  it('has the commands that go on from a picture', async () => {
    const { rows } = await opened('--sandbox');
    const [pro] = (await rows()).rows;
    const lines = (pro?.commands ?? []).map(({ label, line }) => [label, line]);
    expect(lines).toEqual([
      ['Make it again', `pixtab history --sandbox ${pro?.shortId} --again`],
      ['Edit it', "pixtab edit --sandbox out/pro.jpg -p 'what to change'"],
      ['Take it to 4K', 'pixtab develop --sandbox out/pro.jpg -s 4K'],
    ]);
  });

  it('names a file with a hostile name so that a shell takes it for nothing else', async () => {
    const all = await shop();
    await all.pixtab('a dog', '-o', `out/$(touch x);'.jpg`);
    all.clock.advance(1000);
    await all.pixtab('gallery');
    const [dog] = (await asking(all.served()).rows()).rows;
    expect(dog?.commands[1]?.line).toBe(
      String.raw`pixtab edit 'out/$(touch x);'\''.jpg' -p 'what to change'`,
    );
  });

  describe('a picture', () => {
    const ofCat = async (query: Awaited<ReturnType<typeof opened>>) => {
      const cat = (await query.rows()).rows[3];
      const { sha256 = '', place } = cat?.images[0] ?? {};
      return {
        cat,
        sha256,
        place,
        found: () => query.data<{ state: string; path?: string }>('place', { sha256 }),
      };
    };

    it('comes by its hash, small and large', async () => {
      const all = await opened();
      const { sha256 } = await ofCat(all);
      const large = await all.ask(`picture/${sha256}.jpeg`);
      expect(large).toMatchObject({ type: 'image/jpeg', isFixed: true });
      expect(large?.body).toEqual(all.pictureFiles.files.get('out/cat.jpg'));
      expect(await all.ask(`thumb/${sha256}.webp`)).toMatchObject({ type: 'image/webp', isFixed: true });
    });

    it('that was moved is found again below the working folder, and said to be', async () => {
      const all = await opened();
      const { sha256 } = await ofCat(all);
      const { files } = all.pictureFiles;
      const bytes = files.get('out/cat.jpg') ?? new Uint8Array();
      files.delete('out/cat.jpg');
      for (const path of ['/work/elsewhere/puss.jpg', 'elsewhere/puss.jpg']) files.set(path, bytes);
      const { place, found, cat } = await ofCat(all);
      expect([place, await found()]).toEqual([
        { state: 'missing' },
        { state: 'moved', path: 'elsewhere/puss.jpg' },
      ]);
      expect(await all.ask(`picture/${sha256}.jpeg`)).not.toBeNull();
      expect(cat?.commands.map(({ label }) => label)).toEqual(['Make it again']);
    });

    it('that is gone is said to be, and one that another file took the place of', async () => {
      const all = await opened();
      const { sha256 } = await ofCat(all);
      all.pictureFiles.files.set('out/cat.jpg', fakePicture('jpeg', 9, 9, 'another one, which is longer'));
      const { place, found } = await ofCat(all);
      expect([place, await found()]).toEqual([{ state: 'replaced' }, { state: 'gone' }]);
      expect(await all.ask(`picture/${sha256}.jpeg`)).toBeNull();
      expect(await all.ask(`thumb/${sha256}.webp`)).toBeNull();
    });

    it('of the same size as another file in its place is not mistaken for it', async () => {
      const all = await opened();
      const { sha256 } = await ofCat(all);
      const before = all.pictureFiles.files.get('out/cat.jpg') ?? new Uint8Array();
      all.pictureFiles.files.set(
        'out/cat.jpg',
        before.map((byte, index) => (index === 20 ? byte ^ 1 : byte)),
      );
      expect(await all.ask(`picture/${sha256}.jpeg`)).toBeNull();
    });

    it('of a manifest that is gone comes from the store, where that has it', async () => {
      const all = await shop();
      all.pictureFiles.files.set(
        'pixtab.yaml',
        Buffer.from('images:\n  - { id: hero, prompt: a harbour, out: hero.jpg }\n'),
      );
      expect((await all.pixtab('apply')).code).toBe(0);
      const path = [...all.pictureFiles.files.keys()].find((name) => name.endsWith('hero.jpg')) ?? '';
      all.pictureFiles.files.delete(path);
      all.clock.advance(1000);
      await all.pixtab('gallery');
      const { rows, data, ask } = asking(all.served());
      const [hero] = (await rows()).rows;
      const { sha256 = '' } = hero?.images[0] ?? {};
      expect(await data('place', { sha256 })).toEqual({ state: 'stored' });
      expect((await ask(`picture/${sha256}.jpeg`))?.type).toBe('image/jpeg');
      expect(hero?.commands[0]).toMatchObject({
        line: null,
        note: expect.stringContaining('pixtab apply --force'),
      });
    });
  });

  it('leaves prompts out, and all that repeats them, with --no-prompts', async () => {
    const { rows, data, ask } = await opened('--no-prompts');
    const { rows: all } = await rows();
    const around = await data('around', { id: all[3]?.id ?? '' });
    const said = JSON.stringify([all, around, startIn(String((await ask(''))?.body))]);
    expect(said).not.toMatch(/cat|bird|alert/);
    expect(all[3]).toMatchObject({ prompt: null, images: [{ path: null }] });
  });

  it('sums up spending by the same filters', async () => {
    const { data } = looked;
    const all = await data<PageSpending>('spending');
    expect(all).toMatchObject({ about: 'everything', step: 'day', periods: ['2026-11-22', '2026-11-23'] });
    expect(all.total).toMatchObject({ requests: 3, unconfirmedRequests: 1, images: 2 });
    const shop = await data<PageSpending>('spending', { project: 'shop' });
    expect(shop).toMatchObject({ about: 'project shop', total: { requests: 2 } });
  });
});
