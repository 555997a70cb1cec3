import { describe, expect, it } from 'vitest';
import { run } from '../../../src/cli.ts';
import { world, type WorldOptions } from '../../support/fakes/deps.ts';
import { fakeTerminal } from '../../support/fakes/terminal.ts';
import { openManifest } from '../../../src/adapters/manifest/manifest.ts';

const DEAR = ['generate', 'a cat', '-m', 'nano-banana-pro', '-s', '4K', '-n', '10'];

const MANIFEST = 'defaults: { model: nano-banana-pro, size: 4K }\nimages: [{ id: a, prompt: x, count: 10 }]';

const DOORS: readonly (readonly [string, readonly string[]])[] = [
  ['generate', DEAR],
  ['generate in lane batch', [...DEAR, '-n', '20', '--lane', 'batch']],
  ['edit', ['edit', 'in.png', '-p', 'blue', ...DEAR.slice(2)]],
  ['apply', ['apply']],
  ['apply in lane batch', ['apply', '--lane', 'batch', '--ask-above', '0.5']],
];

/** Everything that buys, with no terminal to ask on. */
async function asked(args: readonly string[], options: WorldOptions = {}) {
  const made = world({ ...options, deps: { manifest: openManifest, ...options.deps } });
  made.pictureFiles.files.set('pixtab.yaml', Buffer.from(MANIFEST));
  made.pictureFiles.files.set(
    'in.png',
    (await import('../../support/fakes/pictures.ts')).fakePicture('png', 8, 8),
  );
  return made;
}

describe.each(DOORS)('%s of what is dear', (_, args) => {
  it('is refused where nobody can be asked, with nothing sent or held', async () => {
    const { pixtab, api, google, store } = await asked(args);
    const { code, stderr } = await pixtab(...args);
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /This is expected to cost \$\d+\.\d+, which is above --ask-above [\d.]+, and nobody/,
    );
    expect(stderr).toContain('Nothing was sent. Allow it with --yes, with --max-cost ');
    expect([api.sent.length, google.jobs.size, store.attempts.size]).toEqual([0, 0, 0]);
  });

  it.each([[['--yes']], [['--max-cost', '1000']]])('is bought with %j', async (more) => {
    const { pixtab, store } = await asked(args);
    expect([0, 12]).toContain((await pixtab(...args, ...more)).code);
    expect(store.attempts.size).toBeGreaterThan(0);
  });
});

describe('a budget that covers it', () => {
  it.each([
    ['of all', ['budget', 'set', '20/day'], 0],
    ['of the model', ['budget', 'set', '20/run', '--model', 'nano-banana-pro'], 0],
    ['of another model', ['budget', 'set', '20/day', '--model', 'nano-banana-2.1'], 4],
    ['of another project', ['budget', 'set', '20/day', '--project', 'shop'], 4],
    ['that is too small', ['budget', 'set', '1.50/day'], 4],
  ])('is as good as an answer: %s', async (_, budget, code) => {
    const { pixtab } = await asked(DEAR);
    await pixtab(...budget);
    expect((await pixtab(...DEAR)).code).toBe(code);
  });
});

describe('on a terminal', () => {
  async function onTerminal(args: readonly string[], answer: boolean) {
    const { deps, api } = await asked(args);
    const questions: string[] = [];
    const code = await run(args, {
      ...deps,
      terminal: () => fakeTerminal({}, { stdinIsTerminal: true }),
      confirm: async (question) => {
        questions.push(question);
        return answer;
      },
    });
    return { code, questions, sent: api.sent.length };
  }

  it.each(DOORS)('%s asks once, and buys nothing after a no', async (_, args) => {
    const { code, questions, sent } = await onTerminal(args, false);
    expect([code, sent]).toEqual([130, 0]);
    expect(questions).toEqual([
      expect.stringMatching(/^This is expected to cost \$\d+\.\d+, at most \$\d+\.\d+\. Buy it\?$/),
    ]);
  });

  it('asks where --max-cost allows it too', async () => {
    expect(await onTerminal([...DEAR, '--max-cost', '50'], true)).toMatchObject({
      code: 0,
      questions: [/./],
    });
  });

  it('asks nothing with --yes, nor below the threshold', async () => {
    expect((await onTerminal([...DEAR, '--yes'], false)).questions).toEqual([]);
    expect((await onTerminal(['a cat'], false)).questions).toEqual([]);
    expect((await onTerminal(['a cat', '--ask-above', '0.01'], false)).questions).toHaveLength(1);
  });

  it('refuses with --no-input, as where nobody is there', async () => {
    expect(await onTerminal([...DEAR, '--no-input'], true)).toMatchObject({ code: 4, questions: [] });
  });
});

it('a chat asks in the chat', async () => {
  const lines = ['a cat', 'n', 'a cat', 'yes', null];
  const asks: string[] = [];
  const { deps, api } = await asked([], {
    deps: {
      dialogue: async () => ({
        ask: async (question) => {
          asks.push(question);
          return lines.shift() ?? null;
        },
        close() {},
      }),
    },
  });
  const terminal = fakeTerminal({}, { stdinIsTerminal: true });
  await run(['chat', '--ask-above', '0.01'], { ...deps, terminal: () => terminal });
  expect(asks.filter((ask) => ask.includes('Buy it? [y/N]'))).toHaveLength(2);
  expect(api.sent).toHaveLength(1);
});

describe('of a flag and a setting, the smaller amount holds', () => {
  const setting = (name: string, amount: string): WorldOptions => ({
    settings: { defaults: { [name]: amount }, origins: { [name]: `"${name}" in config.json` } },
  });

  it.each([
    [
      'max-cost',
      '0.01',
      ['--max-cost', '5'],
      4,
      '"max-cost" in config.json is stricter than --max-cost: 0.01 holds.',
    ],
    [
      'ask-above',
      '0.01',
      ['--ask-above', '5'],
      4,
      '"ask-above" in config.json is stricter than --ask-above: 0.01',
    ],
    ['max-cost', '5', ['--max-cost', '0.01'], 4, '--max-cost is $0.01'],
    ['max-cost', '5', ['--max-cost', '4'], 0, ''],
  ])('%s %s beside %j', async (name, amount, flags, code, said) => {
    const { pixtab } = await asked([], setting(name, amount));
    const ran = await pixtab('a cat', ...flags);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(said);
  });
});

it('--dry-run asks nothing', async () => {
  const { pixtab } = await asked(DEAR);
  expect((await pixtab(...DEAR, '--dry-run')).code).toBe(0);
});
