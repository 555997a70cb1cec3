import { describe, expect, it } from 'vitest';
import { askedOf } from '../../../src/core/manifest/fingerprint.ts';
import type { Locked } from '../../../src/core/manifest/lock.ts';
import { changeFor, type Found, type Trace } from '../../../src/core/manifest/change.ts';
import { aLine, aPictureWanted, digest, hashOf } from './support.ts';

const AS_BOUGHT: Found = { kind: 'file', sha256: 'aa', bytes: 3 };
const TOUCHED: Found = { kind: 'file', sha256: 'bb', bytes: 3 };
const MISSING: Found = { kind: 'none' };

interface Case {
  /** What stands where a line says, in place of `found`. */
  readonly foundAt?: Readonly<Record<string, Found>>;
  readonly picture?: ReturnType<typeof aPictureWanted>;
  readonly lines?: readonly Locked[];
  readonly found?: Found;
  readonly stored?: boolean;
  readonly here?: readonly Trace[];
  readonly past?: readonly Trace[];
  readonly sandbox?: boolean;
}

const POINTER: Found = { ...AS_BOUGHT, isPointer: true };

const HERO = aPictureWanted();
const WEBP = aPictureWanted({ format: 'webp' });

const trace = (line: Locked, more: Partial<Trace> = {}): Trace => ({
  line,
  path: line.path,
  revision: null,
  isPointer: false,
  ...more,
});
const ASIDE = aLine({ ...HERO, key: 'former' });

const step = ({ picture = HERO, lines = [aLine(HERO)], found = AS_BOUGHT, ...more }: Case) =>
  changeFor({
    picture,
    hash: hashOf(picture),
    asked: askedOf(picture, digest(picture.prompt), []),
    lines,
    found: async ({ path }) => more.foundAt?.[path] ?? found,
    stored: async () => more.stored === true,
    here: async () =>
      more.here ??
      lines.filter(({ hash }) => found === AS_BOUGHT && hash === hashOf(picture)).map((line) => trace(line)),
    past: async () => more.past ?? [],
    sandbox: more.sandbox === true,
  });

describe('changeFor', () => {
  it.each<[string, Case, object]>([
    [
      'buys what was never bought',
      { lines: [] },
      { action: 'create', why: [], source: 'buy', touched: false },
    ],
    [
      'says that something determines another picture where it does not know what',
      { lines: [aLine(HERO, { hash: 'former' })] },
      { action: 'change', why: ['what determines it'] },
    ],
    [
      'converts the original rather than what was converted before',
      { lines: [], picture: aPictureWanted({ format: 'avif' }), here: [trace(aLine(WEBP)), trace(ASIDE)] },
      { source: 'file', trace: trace(ASIDE) },
    ],
    [
      'takes from git what is as it is wanted before the original',
      {
        lines: [],
        picture: WEBP,
        past: [trace(ASIDE, { revision: 'a' }), trace(aLine(WEBP), { revision: 'b' })],
      },
      { source: 'git', trace: { revision: 'b' } },
    ],
    [
      'takes from the store what is there',
      { lines: [], stored: true },
      { action: 'create', source: 'store' },
    ],
    ['keeps what is as it was bought', {}, { action: 'keep', source: null, why: [] }],
    [
      'buys what is asked for differently, and says what is different',
      { picture: aPictureWanted({ prompt: 'a dog', size: '4K' }) },
      { action: 'change', source: 'buy', why: ['prompt', 'size'], touched: false },
    ],
    [
      'goes back to an earlier picture at no cost',
      { picture: aPictureWanted({ prompt: 'a dog' }), stored: true },
      { action: 'change', source: 'store' },
    ],
    [
      'notices a missing file',
      { found: MISSING, stored: true },
      { action: 'change', source: 'store', why: ['its file is missing'], touched: false },
    ],
    [
      'notices a touched file',
      { found: TOUCHED },
      { action: 'change', source: 'buy', why: ['its file was changed'], touched: true },
    ],
    ['notices a folder in its place', { found: { kind: 'other' } }, { action: 'change', touched: true }],
    [
      'knows a touched file also when something else is asked for',
      { picture: aPictureWanted({ prompt: 'a dog' }), found: TOUCHED },
      { action: 'change', why: ['prompt'], touched: true },
    ],
    [
      'moves a file at no cost',
      { picture: aPictureWanted({ out: 'elsewhere/hero' }) },
      { action: 'change', source: 'file', why: ['out'], trace: trace(aLine(HERO)) },
    ],
    [
      'takes what was bought under another id',
      { lines: [], here: [trace(ASIDE)] },
      { action: 'create', source: 'file', trace: trace(ASIDE) },
    ],
    [
      'takes a missing file from where it was moved',
      { found: MISSING, here: [trace(aLine(HERO), { path: 'old/hero.jpg' })] },
      { source: 'file', trace: trace(aLine(HERO), { path: 'old/hero.jpg' }) },
    ],
    [
      'takes from git what another branch or an older commit has',
      { lines: [], past: [trace(ASIDE, { revision: 'abc' })] },
      { source: 'git', trace: trace(ASIDE, { revision: 'abc' }) },
    ],
    [
      'goes to the store before git, which may have to look for long',
      { lines: [], stored: true, past: [trace(ASIDE, { revision: 'abc' })] },
      { source: 'store', trace: null },
    ],
    [
      'goes to git for the original before it converts a file once more',
      {
        lines: [aLine(WEBP)],
        past: [trace(aLine(HERO), { revision: 'abc' })],
      },
      { source: 'git' },
    ],
    [
      'prefers a file in the format that is wanted to one that would be converted',
      { lines: [], picture: WEBP, here: [trace(ASIDE), trace(aLine({ ...WEBP, key: 'other' }))] },
      { source: 'file', trace: trace(aLine({ ...WEBP, key: 'other' })) },
    ],
    [
      'leaves a placeholder where it is, under whatever id',
      { lines: [], here: [trace({ ...ASIDE, sandbox: true })] },
      { source: 'buy', trace: null },
    ],
    [
      'takes a Git LFS pointer for the picture that it points to',
      { found: POINTER },
      { action: 'keep', source: 'lfs' },
    ],
    [
      'buys nothing that git LFS can bring, wherever it is wanted now',
      { lines: [], here: [trace(ASIDE, { isPointer: true })] },
      { action: 'create', source: 'lfs' },
    ],
    [
      'converts a file once more before it waits for git LFS',
      {
        lines: [],
        picture: aPictureWanted({ format: 'avif' }),
        here: [trace(aLine(WEBP), { isPointer: true }), trace(aLine(WEBP, { path: 'copy.webp' }))],
      },
      { source: 'file', trace: { line: { path: 'copy.webp' } } },
    ],
    [
      'converts a file that is as it came at no cost',
      { picture: aPictureWanted({ format: 'webp', quality: 60 }) },
      { action: 'change', source: 'file', why: ['format', 'quality'] },
    ],
    [
      'converts a file twice where the original is nowhere, and does not buy it again',
      { lines: [aLine(WEBP)], picture: aPictureWanted({ format: 'avif' }) },
      { action: 'change', source: 'file', why: ['format'] },
    ],
    [
      'converts no file twice where the store has the original',
      { lines: [aLine(WEBP)], picture: aPictureWanted({ format: 'avif' }), stored: true },
      { action: 'change', source: 'store', why: ['format'] },
    ],
    [
      'makes a converted file anew from the original where another quality is asked for',
      {
        lines: [aLine(aPictureWanted({ format: 'webp', quality: 60 }))],
        picture: aPictureWanted({ format: 'webp', quality: 80 }),
        stored: true,
      },
      { action: 'change', source: 'store', why: ['quality'] },
    ],
    [
      'moves a converted file at no cost',
      {
        lines: [aLine(aPictureWanted({ format: 'webp', quality: 60 }))],
        picture: aPictureWanted({ format: 'webp', quality: 60, out: 'elsewhere/hero' }),
      },
      { action: 'change', source: 'file', why: ['out'] },
    ],
    [
      'goes by the line that was paid for where another is only a placeholder of the sandbox',
      { lines: [aLine(HERO, { sandbox: true }), aLine(HERO)] },
      { action: 'keep', locked: aLine(HERO) },
    ],
    [
      'takes a placeholder of the sandbox for nothing',
      { lines: [aLine(HERO, { sandbox: true })] },
      { action: 'change', source: 'buy', why: ['only a placeholder of the sandbox'] },
    ],
    [
      'is content with a placeholder in the sandbox',
      { lines: [aLine(HERO, { sandbox: true })], sandbox: true },
      { action: 'keep' },
    ],
    [
      'goes by the line whose file is there, of several for the same picture',
      {
        lines: ['gone', 'touched', 'here', 'here too'].map((path) => aLine(HERO, { path })),
        found: MISSING,
        foundAt: { touched: TOUCHED, here: AS_BOUGHT, 'here too': AS_BOUGHT },
      },
      { action: 'keep', locked: { path: 'here' } },
    ],
    [
      'goes by the first line of the same picture where no file is there',
      { lines: ['one', 'two'].map((path) => aLine(HERO, { path })), found: MISSING, stored: true },
      { action: 'change', source: 'store', locked: { path: 'one' } },
    ],
    [
      'goes by the line that fits, of several after a merge',
      { lines: [aLine(aPictureWanted({ prompt: 'a dog' })), aLine(HERO)] },
      { action: 'keep' },
    ],
  ])('%s', async (_, facts, result) => {
    expect(await step(facts)).toMatchObject(result);
  });
});
