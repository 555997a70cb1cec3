import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { tempDir, type TempDir } from '../support/tempdir.ts';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = [
  ...packageJson.files.filter((name) => !/^(?:dist$|!)/.test(name)),
  'src',
  'build',
  'package.json',
  'package-lock.json',
  'rolldown.config.js',
  'tsconfig.json',
];
const run = promisify(execFile);

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

const PERMISSIVE = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);

interface Sbom {
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly scope?: string;
    readonly hashes?: readonly { readonly content: string }[];
    readonly licenses?: readonly {
      readonly license?: { readonly id: string };
      readonly expression?: string;
    }[];
  }[];
}

/** What npm packs of a copy of the sources, unpacked where its own dependencies are installed and no others. */
async function unpacked(folder: TempDir): Promise<Packed> {
  const copy = folder.at('sources');
  for (const name of SOURCES) await cp(join(ROOT, name), join(copy, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const before = await readFile(join(copy, 'package.json'), 'utf8');
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder.path], {
    cwd: copy,
    // What npm writes down for itself goes when the test does.
    env: { ...process.env, npm_config_cache: folder.at('npm'), npm_config_update_notifier: 'false' },
  });
  expect(await readFile(join(copy, 'package.json'), 'utf8')).toBe(before);
  const [packed] = JSON.parse(stdout) as readonly [Packed];
  await mkdir(folder.at('node_modules'));
  await run('tar', ['-xzf', folder.at(packed.filename), '-C', folder.at('node_modules')]);
  await symlink(join(ROOT, 'node_modules/@img'), folder.at('node_modules/@img'));
  return packed;
}

it('is small: it lists what a user needs, runs outside of the repository, and has the licences of what it brings', async () => {
  await using folder = await tempDir();
  const { files } = await unpacked(folder);
  const paths = files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining(['bin/pixtab.cjs', 'dist/main.cjs', 'dist/main.cjs.map', 'README.md', 'LICENSE']),
  );
  expect(paths.filter((path) => path.startsWith('dist/sqlite/')).toSorted()).toEqual(
    ['darwin-arm64-glibc', 'darwin-x64-glibc', 'linux-arm64-glibc', 'linux-arm64-musl', 'linux-x64-glibc']
      .concat('linux-x64-musl', 'win32-x64-glibc')
      .map((name) => `dist/sqlite/${name}.node`),
  );
  expect(paths.filter((path) => /^(?:src|test|build|bench|prepare)\/|\.cache$|\.whole$/.test(path))).toEqual(
    [],
  );

  const home = folder.at('node_modules/package');
  const { scripts, workspaces, devDependencies, dependencies, optionalDependencies } = JSON.parse(
    await readFile(join(home, 'package.json'), 'utf8'),
  );
  expect({ scripts, workspaces, devDependencies, dependencies }).toEqual({});
  const natives = Object.keys(optionalDependencies);
  expect(natives).toEqual(
    expect.arrayContaining(['@img/sharp-linux-x64', '@img/sharp-libvips-darwin-arm64']),
  );
  expect(natives.filter((name) => !/^@(?:img\/sharp|napi-rs\/keyring$)/.test(name))).toEqual([]);

  const licences = await readFile(join(home, 'dist/licenses.txt'), 'utf8');
  for (const name of [
    '@google/genai',
    'commander',
    '@photostructure/sqlite',
    'ora',
    'sharp',
    'undici',
    'zod',
  ])
    expect(licences).toContain(`${name} `);
  const { components } = JSON.parse(await readFile(join(home, 'dist/sbom.cdx.json'), 'utf8')) as Sbom;
  const bundled = components.filter(({ scope }) => scope === undefined);
  expect(bundled.map(({ name, version }) => `${name} ${version}`)).toEqual(
    [...licences.matchAll(/^={100}\n(.+): /gm)].map(([, named]) => named),
  );
  const installed = components.filter(({ scope }) => scope === 'optional').map(({ name }) => name);
  expect(installed).toEqual(
    expect.arrayContaining([...natives, '@napi-rs/keyring-win32-x64-msvc', '@img/sharp-libvips-linux-x64']),
  );
  expect(components.filter(({ hashes = [] }) => hashes[0]?.content.length !== 128)).toEqual([]);
  const terms = components.flatMap(({ licenses = [] }) =>
    licenses.map(({ license, expression }) => license?.id ?? expression ?? ''),
  );
  expect(terms).toHaveLength(components.length);
  const strange = terms.flatMap((term) => term.split(' AND ')).filter((term) => !PERMISSIVE.has(term));
  // libvips, which is a library of its own beside pixtab.
  expect(new Set(strange)).toEqual(new Set(['LGPL-3.0-or-later']));

  const { stdout } = await run(process.execPath, [join(home, 'bin/pixtab.cjs'), 'a cat', '--sandbox'], {
    cwd: folder.path,
    env: { PATH: process.env['PATH'], PIXTAB_HOME: folder.at('home') },
  });
  expect(stdout).toMatch(/^\S+\.jpg\n$/);
});
