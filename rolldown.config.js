import { readFileSync } from 'node:fs';

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

// Small and on every path, or the start-up would pay for resolving it: bundled. The rest is loaded when it is needed.
const BUNDLED = new Set(['commander']);
const external = Object.keys(dependencies).filter((name) => !BUNDLED.has(name));

const NOTHING = '\0nothing';

/** commander loads child_process, and the network with it, for subcommands in files of their own; ours are not. */
const withoutChildProcess = {
  name: 'without-child-process',
  resolveId: (source, importer) =>
    source === 'node:child_process' && importer?.includes('commander') ? NOTHING : null,
  load: (id) => (id === NOTHING ? 'export {};' : null),
};

export default {
  input: 'src/main.ts',
  platform: 'node',
  plugins: [withoutChildProcess],
  transform: { target: 'node20.19' },
  external: external.map((name) => new RegExp(`^${name}(/|$)`)),
  output: {
    dir: 'dist',
    format: 'esm',
    sourcemap: true,
    cleanDir: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    codeSplitting: {
      // Few files, because each costs a look-up: what every command needs, what the offline commands need, and prices.
      groups: [
        {
          name: 'start',
          test: /node_modules.commander|core.(errors|text.text|text.nearest|pricing.money)\.ts|files.fs-errors\.ts|commands.shared.(flags?|parse-flags|command)\.ts/,
        },
        {
          name: 'offline',
          test: /commands.(estimate.(estimate|output)|shared.price-flags|prices.(models|prices)|create.prompt)\.ts|purchase.summary\.ts/,
        },
        {
          name: 'core',
          test: /src.core.(?!files.|policy.|pricing.spend|order.fallback)/,
        },
      ],
    },
  },
};
