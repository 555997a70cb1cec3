import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { pathOf } from './pages.ts';

interface Package {
  readonly engines?: { readonly node?: string };
  readonly hasInstallScript?: boolean;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = async <T>(file: string): Promise<T> => JSON.parse(await readFile(pathOf(file), 'utf8')) as T;

const { packages } = await read<{ packages: Record<string, Package> }>('package-lock.json');
const { scripts, allowScripts, dependencies, devDependencies, optionalDependencies } = await read<{
  scripts: Record<string, string>;
  allowScripts: Record<string, boolean>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}>('package.json');

/** The lowest Node that pixtab promises to run on. */
const LOWEST = [20, 19, 0];

const numbersIn = (version: string): readonly number[] => version.split('.').map(Number);

function isAtLeast(version: readonly number[], least: readonly number[]): boolean {
  for (const [index, part] of version.entries()) {
    const other = least[index] ?? 0;
    if (part !== other) return part > other;
  }
  return true;
}

/** Whether a range of versions of Node, as packages write them, takes the lowest. */
const takesLowest = (range: string): boolean =>
  range.split('||').some((part) => {
    const [, sign = '', version = ''] = /^\s*(>=|\^|)\s*(\d+(?:\.\d+)*|\*)(?:\.x)*\s*$/.exec(part) ?? [];
    if (version === '*') return true;
    const least = numbersIn(version);
    const isMajor = least[0] === LOWEST[0];
    return (sign === '>=' || isMajor) && isAtLeast(LOWEST, least);
  });

// What npm would print of a fresh clone, beside what it added.
describe('npm ci', () => {
  it('meets no package that wants a later Node than pixtab does', () => {
    const wanting = Object.entries(packages).filter(
      ([, { engines }]) => engines?.node !== undefined && !takesLowest(engines.node),
    );
    expect(wanting.map(([path, { engines }]) => `${path}: ${engines?.node}`)).toEqual([]);
  });

  it('meets no install script that allowScripts does not answer, and no answer without one', () => {
    const names = Object.entries(packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect(new Set(names)).toEqual(new Set(Object.keys(allowScripts)));
  });

  it('runs no script of the root package, which it would print', () => {
    const atInstall = /^(?:pre|post)?(?:install|prepare)$|^prepublish$/;
    expect(Object.keys(scripts).filter((name) => atInstall.test(name))).toEqual([]);
  });
});

describe('what is installed', () => {
  const installed = Object.entries(packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && link !== true,
  );

  it('is of one version each, which nobody can move', () => {
    const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('has a hash in the lock, on every platform', () => {
    expect(installed.filter(([, { integrity = '' }]) => !/^sha512-[\w+/]{86}==$/.test(integrity))).toEqual(
      [],
    );
    const elsewhere = installed.flatMap(([path, { optionalDependencies: natives = {} }]) =>
      Object.keys(natives).filter(
        (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
      ),
    );
    expect(elsewhere).toEqual([]);
  });
});

describe('a release', async () => {
  const workflow = await readFile(pathOf('.github/workflows/release.yml'), 'utf8');

  it('runs actions of others at one commit each', () => {
    const actions = [...workflow.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action ?? ''))).toEqual([]);
  });

  it('may read the repository and say who it is, and nothing else, and needs no secret', () => {
    const rights = [...workflow.matchAll(/^ +([\w-]+): (read|write|read-all|write-all)$/gm)].map(
      ([, what, how]) => `${what}: ${how}`,
    );
    expect(new Set(rights)).toEqual(new Set(['contents: read', 'id-token: write']));
    expect(workflow).toContain('persist-credentials: false');
    expect(workflow).not.toContain('secrets.');
  });

  it('is tested, and proves where it comes from', () => {
    const runs = [...workflow.matchAll(/- run: (.+)/g)].map(([, command]) => command);
    expect(runs).toEqual([
      'npm ci',
      'npm test',
      expect.stringContaining('npm audit'),
      expect.stringContaining('npm publish --provenance'),
    ]);
  });
});

describe('the range of versions that a package takes', () => {
  it.each([
    ['>=20.19', true],
    ['>= 4', true],
    ['^20.0.0 || >=22.0.0', true],
    ['20 || >=22', true],
    ['*', true],
    ['>=20.19.1', false],
    ['>=22.0.0', false],
    ['^22.12.0 || >=24', false],
    ['^10 || ^12', false],
  ])('%s: %s', (range, takes) => {
    expect(takesLowest(range)).toBe(takes);
  });
});
