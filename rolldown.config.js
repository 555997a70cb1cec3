import { readFileSync } from 'node:fs';

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

// Small and on every path, or the start-up would pay for resolving it: bundled. The rest is loaded when it is needed.
const BUNDLED = new Set(['commander']);
const external = Object.keys(dependencies).filter((name) => !BUNDLED.has(name));

export default {
  input: 'src/main.ts',
  platform: 'node',
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
      groups: [
        {
          name: 'start',
          test: /node_modules.commander|core.(errors|text|nearest|money)\.ts|adapters.errno\.ts|commands.(flags|command|jsonerror)\.ts/,
        },
        { name: 'core', test: /src.core.(?!filename|slug|window|budget|spend|attempt|retry)/ },
      ],
    },
  },
};
