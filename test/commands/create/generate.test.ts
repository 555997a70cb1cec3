import { describe, expect, it } from 'vitest';
import { Failure, type FailureKind } from '../../../src/core/errors.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import {
  candidate,
  googleError,
  imagePart,
  PIXEL,
  predictions,
  refusalAnswer,
} from '../../support/answers.ts';
import { aPicture, world } from '../../support/fakes/deps.ts';
import { fakePictureFiles } from '../../support/fakes/picture-files.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';
import { providerAt } from '../../support/provider.ts';

const states = (store: ReturnType<typeof world>['store']): string[] =>
  [...store.attempts.values()].map(({ state }) => state);

describe('law 1: priced first', () => {
  it('sends nothing when the price could pass --max-cost', async () => {
    const { api, pixtab, store } = world();
    const ran = await pixtab('a cat', '--max-cost', '0.001');
    expect(ran.code).toBe(4);
    expect(api.sent).toEqual([]);
    expect(store.attempts.size).toBe(0);
  });

  it('sends nothing when a budget is too small, and says which', async () => {
    const { api, pixtab, deps } = world();
    const { ledger } = await deps.books({ sandbox: false });
    await ledger.setBudget({
      per: 'day',
      model: null,
      project: null,
      agent: null,
      amount: 1_000_000n as never,
      zone: 'UTC',
    });
    const ran = await pixtab('a cat');
    expect(ran.code).toBe(4);
    expect(ran.stderr).toMatch(/day/);
    expect(api.sent).toEqual([]);
  });

  it('sends nothing when the place cannot be written', async () => {
    const { api, pixtab, deps } = world();
    const pictureFiles = await deps.pictureFiles();
    await pictureFiles.put('taken.jpg', fakePicture('jpeg', 1, 1), { replace: false });
    expect((await pixtab('a cat', '-o', 'taken.jpg')).code).toBe(2);
    expect(api.sent).toEqual([]);
  });

  it.each([
    ['-o cat.jpg', '', ['cat.jpg']],
    ['-o cat', '', ['cat.jpg']],
    ['-o cat.png', '--format keep', ['cat-2.jpg', 'cat.jpg']],
    ['-o cat.webp', '--format keep --sidecar', ['cat-2.jpg', 'cat-2.jpg.json', 'cat.jpg']],
  ])('overwrites with --force the file that was named by %s %s, and no other', async (out, more, after) => {
    const { pixtab, pictureFiles } = world();
    const foreign = fakePicture('jpeg', 1, 1, 'foreign');
    await pictureFiles.put('cat.jpg', foreign, { replace: false });
    const { code } = await pixtab('a cat', ...out.split(' '), ...more.split(' ').filter(Boolean), '--force');
    expect(code).toBe(0);
    expect([...pictureFiles.files.keys()].filter((path) => path.startsWith('cat'))).toEqual(
      expect.arrayContaining(after),
    );
    const kept = Buffer.compare(pictureFiles.files.get('cat.jpg') ?? Buffer.of(), foreign) === 0;
    expect(kept).toBe(after.length > 1);
  });

  it('sends nothing when there is no room to keep the answers, and exits 2', async () => {
    const { deps, store } = world();
    const { ledger, journal } = await deps.books({ sandbox: false });
    let asked = 0;
    const prove = async (bytes: number) => {
      asked = bytes;
      throw new Failure('usage', 'There is no room.');
    };
    const { pixtab, api } = world({
      deps: { books: async () => ({ ledger, journal: { ...journal, prove } }) },
    });
    const ran = await pixtab('a cat', '--json');
    expect([ran.code, api.sent, store.attempts.size]).toEqual([2, [], 0]);
    expect(asked).toBeGreaterThan(1_000_000);
  });

  it('holds every request of an order before the first is sent', async () => {
    let heldAtFirstSend = 0;
    const { pixtab, store } = world({
      script: [
        async () => {
          heldAtFirstSend = store.attempts.size;
          return aPicture();
        },
      ],
    });
    await pixtab('a cat', '-n', '4', '--concurrency', '1');
    expect(heldAtFirstSend).toBe(4);
  });

  it.each<[string, number, Error]>([
    ['is locked for too long', 10, new Failure('unavailable', 'The ledger is locked.')],
    ['has no room', 2, new Failure('usage', 'The ledger cannot be used.')],
    ['breaks', 1, new TypeError('the ledger broke')],
  ])('sends nothing when the ledger %s, and exits %i', async (_, code, trouble) => {
    const { deps } = world();
    const { ledger, journal } = await deps.books({ sandbox: false });
    const broken = { ...ledger, sending: async () => Promise.reject(trouble) };
    const { pixtab, api } = world({ deps: { books: async () => ({ ledger: broken, journal }) } });
    const ran = await pixtab('a cat', '--json');
    expect(ran.code).toBe(code);
    expect(JSON.parse(ran.stdout).cost).toMatchObject({ amount: '0', charged: 'no' });
    expect(api.sent).toEqual([]);
  });
});

describe('law 2: paid is kept', () => {
  it('has the raw answer in the journal before it is read', async () => {
    const { pixtab, journal, deps } = world();
    let keptBeforeRead = false;
    const client = await deps.client(providerAt('https://google.example', 'AIza-fake'));
    const { images } = client;
    const watched = {
      ...images,
      read: (...args: Parameters<typeof images.read>) => {
        keptBeforeRead = journal.answers.size === 1;
        return images.read(...args);
      },
    };
    const ran = await world({
      deps: { client: async () => ({ ...client, images: watched }), books: deps.books },
    }).pixtab('a cat');
    expect(ran.code).toBe(0);
    expect(keptBeforeRead).toBe(true);
    expect(pixtab).toBeTypeOf('function');
  });

  it('keeps the answer when the picture cannot be put on disk, and exits 11', async () => {
    const { deps } = world();
    const pictureFiles = await deps.pictureFiles();
    const full = {
      ...pictureFiles,
      put: async () => Promise.reject(new Failure('disk', 'No space left on device.')),
    };
    const { pixtab, journal, store } = world({ deps: { pictureFiles: async () => full } });
    const ran = await pixtab('a cat');
    expect(ran.code).toBe(11);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain('pixtab recover');
    expect(journal.answers.size).toBe(1);
    expect(states(store)).toEqual(['settled']);
  });

  it('puts the picture on disk although the journal is full, and says that something went wrong', async () => {
    const { pixtab, journal, store } = world();
    journal.failOnce();
    const ran = await pixtab('a cat', '-o', 'cat.jpg');
    expect(ran.stdout).toBe('cat.jpg');
    expect(ran.code).toBe(11);
    expect(ran.stderr).toContain('The picture is saved (cat.jpg)');
    expect(ran.stderr).not.toContain('pixtab recover');
    expect(states(store)).toEqual(['saved']);
  });

  it('says that the picture is saved and how to complete the record when the ledger is full', async () => {
    const { deps } = world();
    const { ledger, journal } = await deps.books({ sandbox: false });
    const full = {
      ...ledger,
      settle: async () =>
        Promise.reject(new Failure('disk', 'The ledger has no room.', { hint: 'Make room.' })),
    };
    const { pixtab } = world({ deps: { books: async () => ({ ledger: full, journal }) } });
    const ran = await pixtab('a cat', '-o', 'cat.jpg', '--json');
    const { error, images } = JSON.parse(ran.stdout);
    expect([ran.code, images.length]).toEqual([11, 1]);
    expect(error.message).toContain('The picture is saved (cat.jpg)');
    expect(error.hint).toContain('Make room. Then complete the record: pixtab recover');
  });

  it('keeps interim pictures beside the one asked for', async () => {
    const draft = imagePart(fakePicture('jpeg', 1024, 1024, 'draft'), 'image/jpeg');
    const final = imagePart(fakePicture('jpeg', 1024, 1024, 'final'), 'image/jpeg');
    const { pixtab, pictureFiles } = world({ script: [candidate([draft, final])] });
    const ran = await pixtab('a cat', '-o', 'cat.jpg', '-m', 'nano-banana-pro');
    expect(ran).toMatchObject({ code: 0, stdout: 'cat.jpg' });
    expect(Buffer.from(await pictureFiles.read('cat.jpg')).toString('latin1')).toContain('final');
    expect(Buffer.from(await pictureFiles.read('cat.draft-1.jpg')).toString('latin1')).toContain('draft');
  });

  it('keeps the answer whose picture does not decode, bills it, and does not exit 0', async () => {
    const broken = candidate([imagePart(Buffer.from('no picture at all'), 'image/png')]);
    const { pixtab, journal, store } = world({ script: [broken] });
    const ran = await pixtab('a cat');
    expect(ran.code).toBe(11);
    expect(ran.stderr).toMatch(/UNDECODABLE_IMAGE[^]*pixtab recover/);
    expect(journal.answers.size).toBe(1);
    expect([...store.attempts.values()][0]?.bill?.amount).toBeGreaterThan(0n);
  });
});

describe('one broken picture among several', () => {
  it('takes none of the others with it', async () => {
    const [one, three] = ['one', 'three'].map((tag) => fakePicture('png', 1024, 1024, tag));
    const script = [predictions(one ?? PIXEL, Buffer.from('no picture'), three ?? PIXEL)];
    const { pixtab, journal } = world({ script });
    const ran = await pixtab('a cat', '-m', 'imagen-4', '--allow-retired', '-n', '3', '-o', 'cat-{n}');
    expect(ran).toMatchObject({ code: 11, stdout: 'cat-1.png\ncat-3.png' });
    expect(ran.stderr).toMatch(/UNDECODABLE_IMAGE/);
    expect(journal.answers.size).toBe(1);
  });

  it('says that the raw answer is not kept either when the journal is full', async () => {
    const broken = candidate([imagePart(Buffer.from('no picture at all'), 'image/png')]);
    const { pixtab, journal } = world({ script: [broken] });
    journal.failOnce();
    expect((await pixtab('a cat')).stderr).toMatch(/could not be kept: no space left/);
  });

  it('says which answer is lost where another one of the run is only to be finished', async () => {
    const pictureFiles = fakePictureFiles();
    const { pixtab, journal } = world({
      script: [aPicture('a'), aPicture('b')],
      deps: { pictureFiles: async () => pictureFiles },
    });
    pictureFiles.breaks('put', 'no space left');
    const keep = journal.keep.bind(journal);
    let kept = 0;
    journal.keep = async (...answer) => {
      if ((kept += 1) === 2) journal.failOnce();
      return keep(...answer);
    };
    const { code, stderr, stdout } = await pixtab('a cat', '-n', '2', '--concurrency', '2', '--json');
    expect([code, journal.answers.size]).toEqual([11, 1]);
    expect(stderr).toMatch(/The answer to a paid request could not be kept/);
    expect(JSON.parse(stdout).error).toMatchObject({ kind: 'disk', code: 'answer-lost' });
  });
});

describe('law 3: never twice unasked', () => {
  it.each([
    ['unconfirmed', 'unknown', 8, 'unconfirmed'],
    ['unavailable', 'no', 10, 'released'],
    ['auth', 'no', 3, 'released'],
    ['rate-limited', 'no', 7, 'released'],
    ['usage', 'no', 2, 'released'],
  ] as const)(
    '%s (charged: %s) ends with exit %i, the hold %s',
    async (kind: FailureKind, charged, code, state) => {
      const { pixtab, api, store } = world({ script: [new Failure(kind, 'It broke.', { charged })] });
      const ran = await pixtab('a cat');
      expect(ran.code).toBe(code);
      expect(ran.stderr).toMatch(/It broke/);
      expect(api.sent).toHaveLength(1);
      expect(states(store)).toEqual([state]);
    },
  );

  it('sends no more of an order after a failure that the next request would meet too', async () => {
    const { pixtab, api, store } = world({ script: [new Failure('auth', 'The key was refused.')] });
    const ran = await pixtab('a cat', '-n', '5', '--concurrency', '1');
    expect(ran.code).toBe(3);
    expect(api.sent).toHaveLength(1);
    expect(states(store)).toEqual(Array.from({ length: 5 }, () => 'released'));
  });

  it('counts what nobody can know at the expected price, and says so', async () => {
    const { pixtab } = world({ script: [new Failure('unconfirmed', 'No answer arrived.')] });
    const { cost, outcome } = JSON.parse((await pixtab('a cat', '--json')).stdout);
    expect(outcome).toBe('unconfirmed');
    expect(cost).toMatchObject({ charged: 'unknown', basis: 'estimated' });
    expect(Number(cost.amount)).toBeGreaterThan(0.03);
  });

  it('calls an answer that makes no sense unconfirmed, and keeps it', async () => {
    const { pixtab, journal, store } = world({ script: [googleError(500, 'INTERNAL', 'inside a 200')] });
    const ran = await pixtab('a cat');
    expect(ran.code).toBe(8);
    expect(journal.answers.size).toBe(1);
    expect(states(store)).toEqual(['unconfirmed']);
  });
});

describe('law 6: exit 0 means all of it is on disk', () => {
  it('is refused when the answer holds no picture, with the reason and the bill', async () => {
    const { pixtab, store } = world({ script: [refusalAnswer()] });
    const ran = await pixtab('a cat', '--json');
    const document = JSON.parse(ran.stdout);
    expect(ran.code).toBe(5);
    expect(document).toMatchObject({
      outcome: 'refused',
      images: [],
      refusals: [{ reason: 'IMAGE_SAFETY', message: 'The image was filtered out.' }],
      error: { kind: 'refused', exitCode: 5 },
    });
    expect(states(store)).toEqual(['saved']);
  });

  it('is partial when some pictures came, and goes on after a refusal', async () => {
    const { pixtab, api } = world({ script: [aPicture(), refusalAnswer(), aPicture()] });
    const ran = await pixtab('a cat', '-n', '3', '--concurrency', '1', '--json');
    const document = JSON.parse(ran.stdout);
    expect(ran.code).toBe(6);
    expect(document).toMatchObject({
      outcome: 'partial',
      exitCode: 6,
      error: { kind: 'partial', exitCode: 6 },
    });
    expect(document.images).toHaveLength(2);
    expect(api.sent).toHaveLength(3);
  });

  it('answers the first Ctrl-C at once while something is under way, even when it is to be quiet', async () => {
    let said = '';
    const { pixtab, stop } = world({
      script: [
        async () => {
          stop.abort();
          return aPicture();
        },
      ],
    });
    ({ stderr: said } = await pixtab('a cat', '-q'));
    expect(said.match(/Finishing what is paid for; Ctrl-C again leaves at once/g)).toHaveLength(1);
  });

  it('says nothing of the kind when nothing is under way', async () => {
    const { pixtab, stop, api } = world();
    stop.abort();
    const { code, stderr } = await pixtab('a cat');
    expect([code, api.sent]).toEqual([130, []]);
    expect(stderr).not.toContain('Finishing');
  });

  it('says what was bought when the user cancels', async () => {
    const { pixtab, stop, api } = world({
      script: [
        async () => {
          stop.abort();
          return aPicture();
        },
      ],
    });
    const ran = await pixtab('a cat', '-n', '3', '--concurrency', '1', '--json');
    expect(ran.code).toBe(130);
    expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: 'cancelled', images: [{}] });
    expect(api.sent).toHaveLength(1);
  });
});

describe('law 7: stdout is data', () => {
  it('is one path a line, and what was said goes to stderr', async () => {
    const { pixtab } = world();
    const ran = await pixtab('a cat', '-n', '2', '-o', 'cat-{n}');
    expect(ran.stdout).toBe('cat-1.jpg\ncat-2.jpg');
    expect(ran.stderr).toMatch(/price/);
  });

  it('is one JSON document even when pixtab itself breaks', async () => {
    const { pixtab } = world({ deps: { pictures: async () => Promise.reject(new TypeError('boom')) } });
    const ran = await pixtab('a cat', '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({ schema: 'pixtab.generate/1', images: [] });
    expect(ran.code).not.toBe(0);
  });

  it('never carries control characters of the server', async () => {
    const { pixtab } = world({ script: [refusalAnswer('OTHER', '\u001B[31mred\u001B[0m')] });
    expect((await pixtab('a cat')).stderr).not.toContain('\u001B');
  });
});

describe('the command line', () => {
  it.each([
    [['modles'], /pixtab models exists/],
    [['genrate', 'a cat'], /pixtab generate exists/],
    [['--json', 'queue'], /queue is a command/],
    [['-m', 'auto', 'help'], /help is a command/],
    [['help', 'nonsense'], /nonsense/],
  ])('%j buys nothing by mistake', async (argv, says) => {
    const { pixtab, api } = world();
    const ran = await pixtab(...argv);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(says);
    expect(api.sent).toEqual([]);
  });

  it.each(['plane', 'watch', 'boat', 'disk', 'chart', 'prince'])('takes %s for a prompt', async (word) => {
    expect((await world().pixtab(word)).code).toBe(0);
  });

  it('says in the document of a mistake that the sandbox was meant', async () => {
    const ran = await world().pixtab('a cat', '-n', '0', '--sandbox', '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({ sandbox: true, outcome: 'usage' });
  });

  it('says so too where a setting means it', async () => {
    const here = world({ settings: { sandbox: true } });
    const ran = await here.pixtab('a cat', '-m', 'imagen-9', '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({ sandbox: true, outcome: 'usage' });
  });

  it('says how often a dry run would send its request', async () => {
    expect((await world().pixtab('a cat', '-n', '3', '--dry-run')).stderr).toMatch(/sent 3 times/);
  });

  it('says what there is when nothing is asked', async () => {
    const ran = await world().pixtab();
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('pixtab [command]') });
  });

  it('takes --json after -- as a word of the prompt', async () => {
    const ran = await world({ script: [refusalAnswer()] }).pixtab('a', 'cat', '--', '--json');
    expect(ran.stdout).toBe('');
  });

  it('takes settings from outside through the same parsers as flags', async () => {
    const { pixtab, api } = world({ settings: { defaults: { size: '2k', count: '2' } } });
    await pixtab('a cat');
    expect(api.sent.map(({ size }) => size)).toEqual(['2K', '2K']);
  });

  it('lets a flag win over a setting', async () => {
    const { pixtab, api } = world({ settings: { defaults: { size: '2K' } } });
    await pixtab('a cat', '-s', '4K');
    expect(api.sent.map(({ size }) => size)).toEqual(['4K']);
  });

  it('names the setting that is wrong', async () => {
    const { pixtab, api } = world({
      settings: { defaults: { count: 'many' }, origins: { count: 'PIXTAB_COUNT' } },
    });
    const ran = await pixtab('a cat');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/PIXTAB_COUNT/);
    expect(api.sent).toEqual([]);
  });
});

describe('the choice of a model', () => {
  it.each([
    [['--needs', 'search'], 'gemini-nano-banana-2.1'],
    [['--min-px', '2000x2000'], 'gemini-nano-banana-2.1'],
  ])('%j takes %s', async (flags, model) => {
    const { pixtab, api } = world();
    await pixtab('a cat', ...flags);
    expect(api.sent.map((order) => order.model.id)).toEqual([model]);
  });

  it.each(['PIXTAB_MODEL', '"model" in pixtab.json'])('says that %s has named it', async (from) => {
    const settings = { defaults: { model: 'pro' }, origins: { model: from } };
    const { pixtab } = world({ settings });
    const chosen = async (...argv: readonly string[]) =>
      /^model .*: (.*)$/m.exec((await pixtab(...argv, '--dry-run')).stderr)?.[1];
    expect(await chosen('a cat')).toBe(`named by ${from}`);
    expect(await chosen('a cat', '-m', 'lite')).toBe('asked for by name');
    expect(await chosen('a cat', '-m', 'pro')).toBe('asked for by name');
  });

  it('follows the rule that an order meets, and says which', async () => {
    const rules = ['--route', 'label hero -> nano-banana-pro; size 2K -> nano-banana-2.1; else cheapest'];
    const { pixtab, api } = world();
    const { stderr } = await pixtab('a cat', ...rules, '--label', 'hero');
    await pixtab('a cat', ...rules, '-s', '2K');
    await pixtab('a cat', ...rules);
    await pixtab('a cat', ...rules, '--label', 'hero', '-m', 'nano-banana-2.1');
    expect(api.sent.map(({ model }) => model.id)).toEqual([
      'gemini-3-pro-image',
      'gemini-nano-banana-2.1',
      'gemini-3.1-flash-lite-image',
      'gemini-nano-banana-2.1',
    ]);
    expect(stderr).toContain('(gemini-3-pro-image): the rule "label hero -> nano-banana-pro"');
  });

  it('names the rule that asks for what cannot be', async () => {
    const { code, stderr } = await world().pixtab('a cat', '--route', 'else nano-banana-2-lite', '-s', '4K');
    expect(code).toBe(2);
    expect(stderr).toContain('makes 1K, not 4K. The rule "else nano-banana-2-lite" asks for it.');
  });

  it.each([
    [['--needs', 'png'], /png|No live model/],
    [['--max-price-each', '0.01'], /\$0\.01/],
    [['--route', 'hero -> pro'], /--route: The rule .*Rules are such as/],
    [['--needs', 'wings'], /--needs.*edit, commentary, search, chat, png/],
    [['--min-px', 'big'], /--min-px.*2048x1152/],
    [['--thinking', 'hard'], /--thinking.*minimal/],
  ])('%j is refused: %s', async (flags, says) => {
    const ran = await world().pixtab('a cat', ...flags);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(says) });
  });

  it('bills at the prices of an account', async () => {
    const overlay = {
      cited: {
        platform: 'example.com',
        source: 'https://example.com/prices',
        checked: '2026-11-01',
        confidence: 'high' as const,
      },
      prices: [
        {
          model: 'gemini-3.1-flash-lite-image',
          lane: 'now' as const,
          meter: 'image' as const,
          size: null,
          price: usd('0.025'),
          from: '0001-01-01',
          until: null,
        },
      ],
    };
    const { pixtab } = world({ deps: { overlay: async () => overlay } });
    const ran = await pixtab('a cat', '--prices', 'mine.json', '--json');
    expect(JSON.parse(ran.stdout).cost).toMatchObject({ amount: '0.025', basis: 'listed' });
  });
});
