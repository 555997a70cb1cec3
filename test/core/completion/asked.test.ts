import { describe, expect, it } from 'vitest';
import { askedFor } from '../../../src/core/completion/asked.ts';
import type { CompletionTable, FlagRow } from '../../../src/core/completion/table.ts';

const flag = (
  names: string,
  value: FlagRow['value'] = 'required',
  choices: readonly string[] = [],
): FlagRow => ({
  names: names.split(' '),
  about: '',
  value,
  choices,
});

const BUYING = [
  flag('--model -m'),
  flag('--size -s'),
  flag('--aspect -a'),
  flag('--lane', 'required', ['now', 'batch']),
  flag('--fallback'),
  flag('--label'),
  flag('--out -o'),
  flag('--json', 'none'),
  flag('--retry-unconfirmed', 'optional'),
];

const command = (name: string, flags: readonly FlagRow[] = [], verbs: readonly string[] = []) => ({
  name,
  about: '',
  flags,
  verbs,
});

const TABLE: CompletionTable = {
  version: '1',
  modelsUntil: null,
  commands: [
    command('edit', [...BUYING, flag('--mask')]),
    command('generate', BUYING),
    command('batch', [flag('--json', 'none')], ['list', 'show']),
    command('apply', [flag('--only'), flag('--on-retired', 'required', ['fail', 'successor'])]),
    command('config', [], ['list', 'get', 'set']),
    command('models'),
    command('history', [flag('--label')]),
    command('session', [], ['list', 'rm']),
    command('completion'),
    command('prices', [], ['list', 'why']),
    command('queue', [flag('--force'), flag('--file -f'), flag('--store-limit')], ['add']),
  ],
  models: [
    {
      names: ['small', 'model-small'],
      title: 'Small',
      isLive: true,
      aspects: ['1:1', '16:9'],
      prices: { now: { '1K': '$0.03' }, batch: { '1K': '$0.015' }, flex: { '1K': '$0.025' } },
    },
    {
      names: ['large', 'model-large'],
      title: 'Large',
      isLive: true,
      aspects: ['1:1', '21:9'],
      prices: { now: { '1K': '$0.10', '4K': '$0.20' }, flex: { '1K': '$0.02' } },
    },
    { names: ['old'], title: 'Old', isLive: false, aspects: ['9:1'], prices: {} },
  ],
};

const asked = (...words: readonly string[]) =>
  askedFor(words.slice(0, -1), words.at(-1) ?? '', TABLE, ['size', 'max-cost']);
const values = (...words: readonly string[]) => asked(...words).candidates.map(({ value }) => value);

describe('completion proposes', () => {
  it.each<[readonly string[], readonly string[]]>([
    [
      [''],
      [
        'edit',
        'generate',
        'batch',
        'apply',
        'config',
        'models',
        'history',
        'session',
        'completion',
        'prices',
        'queue',
      ],
    ],
    [
      ['batch', ''],
      ['list', 'show'],
    ],
    [
      ['-m', ''],
      ['auto', 'small', 'model-small', 'large', 'model-large'],
    ],
    [
      ['a cat', '--model='],
      ['auto', 'small', 'model-small', 'large', 'model-large'],
    ],
    [
      ['models', ''],
      ['small', 'model-small', 'large', 'model-large'],
    ],
    [
      ['-m', 'large', '-s', ''],
      ['1K', '4K'],
    ],
    [['-m', 'small', 'generate', '-s', ''], ['1K']],
    [
      ['edit', '--model=large', '-a', ''],
      ['1:1', '21:9'],
    ],
    [
      ['--lane', ''],
      ['now', 'batch'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', 'powershell'],
    ],
    [
      ['config', 'set', ''],
      ['size', 'max-cost'],
    ],
    [
      ['config', 'set', 'size', ''],
      ['1K', '4K'],
    ],
    [
      ['config', 'get', ''],
      ['size', 'max-cost'],
    ],
    [
      ['config', 'unset', ''],
      ['size', 'max-cost'],
    ],
    [['config', 'list', ''], []],
    [['config', 'get', 'size', ''], []],
    [['config', 'set', 'nothing', ''], []],
    [['config', 'set', 'json', ''], []],
    [['config', 'set', 'size', '1K', ''], []],
    [['completion', 'bash', ''], []],
    [
      ['prices', 'why', ''],
      ['small', 'model-small', 'large', 'model-large'],
    ],
    [['prices', 'list', ''], []],
    [['queue', ''], ['add']],
    [
      ['-a', ''],
      ['1:1', '16:9', '21:9'],
    ],
    [
      ['apply', '--on-retired', ''],
      ['fail', 'successor'],
    ],
    [['a cat', 'x--model='], []],
    [['batch', 'show', ''], []],
    [
      ['help', ''],
      [
        'edit',
        'generate',
        'batch',
        'apply',
        'config',
        'models',
        'history',
        'session',
        'completion',
        'prices',
        'queue',
      ],
    ],
    [['help', 'batch', ''], []],
    [
      ['--fallback', ''],
      ['small', 'model-small', 'large', 'model-large'],
    ],
    [
      ['-m', 'nobody', '-s', ''],
      ['1K', '4K'],
    ],
    [['-m', 'old', '-a', ''], ['9:1']],
    [
      ['-m=large', '-s', ''],
      ['1K', '4K'],
    ],
    [['--label=a=b', '-m', 'small', '-s', ''], ['1K']],
    [['--json', '-m', 'small', '-s', ''], ['1K']],
    [
      ['--lane=', '-s', ''],
      ['1K', '4K'],
    ],
    [
      ['--json='],
      [
        '--model',
        '-m',
        '--size',
        '-s',
        '--aspect',
        '-a',
        '--lane',
        '--fallback',
        '--label',
        '--out',
        '-o',
        '--json',
        '--retry-unconfirmed',
      ],
    ],
    [
      ['--nothing='],
      [
        '--model',
        '-m',
        '--size',
        '-s',
        '--aspect',
        '-a',
        '--lane',
        '--fallback',
        '--label',
        '--out',
        '-o',
        '--json',
        '--retry-unconfirmed',
      ],
    ],
    [['--retry-unconfirmed='], []],
    [['a cat', ''], []],
    [['--retry-unconfirmed', ''], []],
  ])('behind %j: %j', (words, proposed) => {
    expect(values(...words)).toEqual(proposed);
  });

  it('models that are not sold in lane now without a price', () => {
    const [model] = TABLE.models.map((one) => ({ ...one, prices: { batch: { '1K': '$0.015' } } }));
    const { candidates } = askedFor(['-m'], '', { ...TABLE, models: model ? [model] : [] }, []);
    expect(candidates.slice(1).map(({ about }) => about)).toEqual(['Small', 'Small']);
  });

  it('flags by both of their names', () => {
    expect(values('edit', '-')).toEqual(expect.arrayContaining(['--model', '-m', '--json']));
  });

  it.each<[readonly string[], string]>([
    [['-m', 'small', '--lane', ''], '$0.015 a picture'],
    [['--lane', ''], 'from $0.03 a picture'],
    [['-s', ''], 'from $0.03 a picture'],
    [['-s', '4k', '--lane', ''], '$0.20 a picture'],
    [['-m', 'large', '-s', ''], '$0.20 a picture'],
    [['--lane', 'batch', '-s', ''], '$0.015 a picture'],
    [['-m', 'large', '--lane', 'batch', '-s', ''], ''],
    [['--lane', 'flex', '-s', ''], 'from $0.02 a picture'],
    [['-m', ''], 'Small, $0.03 at 1K'],
    [['-m', ''], 'the cheapest that can do it'],
  ])('prices behind %j: %j', (words, about) => {
    expect(asked(...words).candidates.map((one) => one.about)).toContain(about);
  });

  it.each<[readonly string[], string]>([
    [['--label', ''], 'labels'],
    [['history', '--label=x'], 'labels'],
    [['history', ''], 'requests'],
    [['session', 'rm', ''], 'sessions'],
    [['batch', 'show', ''], 'jobs'],
    [['apply', '--only', ''], 'ids'],
    [['queue', 'add', '--force', ''], 'ids'],
    [['batch', 'show', 'a', ''], 'jobs'],
    [['history', 'a', ''], 'requests'],
  ])('what others keep behind %j: %s', (words, kept) => {
    expect(asked(...words).kept).toBe(kept);
  });

  it('no flags, and no values of flags, behind --', () => {
    for (const typed of ['', '-', '--lane=b'])
      expect(asked('edit', '--', typed)).toMatchObject({
        word: typed,
        before: '',
        candidates: [],
        files: true,
      });
    expect(asked('history', '--', '--label', '').kept).toBe('requests');
    expect(asked('--label', '--', '-').candidates.length).toBeGreaterThan(0);
  });

  it('the next of a list', () => {
    expect(asked('--fallback', 'small,la')).toMatchObject({ word: 'la', before: 'small,' });
    expect(asked('queue', 'add', '--force', 'hero,i')).toMatchObject({ word: 'i', before: 'hero,' });
    expect(asked('--label', 'a,b')).toMatchObject({ word: 'a,b', before: '' });
    expect(asked('--label=a\nb')).toMatchObject({ word: 'a\nb', before: '--label=' });
    expect(asked('--fallback=small,la')).toMatchObject({ word: 'la', before: '--fallback=small,' });
  });

  it.each<[readonly string[], boolean]>([
    [['-o', ''], true],
    [['queue', 'add', '-f', ''], true],
    [['queue', 'add', '--store-limit', ''], false],
    [['edit', ''], true],
    [['--label', ''], false],
    [['history', ''], false],
    [['a cat', ''], false],
  ])('files behind %j: %s', (words, files) => {
    expect(asked(...words).files).toBe(files);
  });
});
