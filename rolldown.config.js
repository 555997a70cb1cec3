import { createRequire } from 'node:module';
import { getBuiltinModule } from 'node:process';
import { fileURLToPath } from 'node:url';
import { contents } from './build/contents.mjs';
import { page } from './build/page.mjs';
import { sqlite } from './build/sqlite.mjs';

/** The names of packages that hold a compiled file, or choose one: what does so for the keychain cannot be bundled. */
export const NATIVE = [/^@img\/sharp-/, /^@napi-rs\/keyring$/];

const PLAIN_HEADERS = fileURLToPath(new URL('build/plain-headers.mjs', import.meta.url));

const SQLITE_DRIVER = fileURLToPath(new URL('build/sqlite-driver.mjs', import.meta.url));

const NOTHING = '\0nothing';

/** commander loads child_process, and the network with it, for subcommands in files of their own; ours are not. */
const withoutChildProcess = {
  name: 'without-child-process',
  resolveId: (source, importer) =>
    source === 'node:child_process' && importer?.includes('commander') ? NOTHING : null,
  load: (id) => (id === NOTHING ? 'export {};' : null),
};

/** Each costs a start a millisecond or two, whether it calls anything of them or not. */
const LATE = new Set(['node:crypto', 'node:fs/promises', 'node:timers/promises']);
const PREFIX = '\0late:';

/** What the source imports of them becomes a function that loads them when it is called. */
const lateBuiltins = {
  name: 'late-builtins',
  resolveId: (source, importer) =>
    LATE.has(source) && !importer?.includes('node_modules') ? `${PREFIX}${source}` : null,
  load(id) {
    if (!id.startsWith(PREFIX)) return null;
    const name = id.slice(PREFIX.length);
    const functions = Object.entries(getBuiltinModule(name)).filter(
      ([, value]) => typeof value === 'function',
    );
    return [
      `const late = () => process.getBuiltinModule('${name}');`,
      ...functions.map(([name]) => `export const ${name} = (...args) => late().${name}(...args);`),
    ].join('\n');
  },
};

/** One `new Headers()` of the SDK costs as much as everything else that a purchase loads: the platform's whole fetch. */
const plainHeaders = {
  name: 'plain-headers',
  transform: {
    filter: { id: /node_modules.@google.genai/ },
    handler: (code) => ({ code: `${code}\nimport { Headers } from '${PLAIN_HEADERS}';`, map: null }),
  },
};

export default {
  input: 'src/main.ts',
  platform: 'node',
  checks: { ineffectiveDynamicImport: false },
  plugins: [withoutChildProcess, lateBuiltins, plainHeaders, page, sqlite, contents(NATIVE)],
  resolve: {
    // The other form of jsonc-parser hides from a bundler what it loads, and so does that of sharp.
    mainFields: ['module', 'main'],
    alias: { sharp: createRequire(import.meta.url).resolve('sharp'), 'node-gyp-build': SQLITE_DRIVER },
  },
  transform: { target: 'node20.19' },
  // What is compiled for a platform, which npm picks, and a decoder that users install who want it; everything else is
  // bundled, so that nobody installs or compiles it.
  external: [...NATIVE, /^libheif-js\//],
  output: {
    dir: 'dist',
    // Loading ES modules alone costs more than running pixtab --help.
    format: 'cjs',
    dynamicImportInCjs: false,
    charset: 'ascii',
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    sourcemap: true,
    // Stacks need the places alone.
    sourcemapExcludeSources: true,
    cleanDir: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    codeSplitting: {
      // Few files, because each costs a look-up: with what is named comes all that it imports. What comes first has it.
      groups: [
        ['start', /src.main\.ts/],
        [
          'offline',
          /src.commands.(estimate.estimate|prices.models)|src.core.(catalogue.catalogue|policy.calendar)\.ts/,
        ],
        [
          'manifest',
          /src.commands.manifest.(plan|diff)\.ts|src.adapters.(tree.(disk|attic)|manifest.(manifest|csv)|store.store|ledger.(ledger-reader|shelf))\.ts/,
        ],
        ['http', /src.adapters.(http.direct|is-sandbox)\.ts/],
        ['generate', /src.commands.create.generate/],
        ['books', /src.adapters.(ledger.books|files.picture-files)\.ts|node_modules.@photostructure/],
        ['completion', /src.commands.completion.complete\.ts|src.adapters.built-table\.ts/],
        ['agent', /src.(commands.agent.mcp|adapters.(mcp.serve|files.real-folder))\.ts/],
        ['purchase', /src.adapters.(client|google.client|images.images|repository)\.ts/],
      ].map(([name, test], index, { length }) => ({ name, test, priority: length - index })),
    },
  },
};
