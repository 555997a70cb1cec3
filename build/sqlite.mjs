import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const COMPILED = join(import.meta.dirname, '../node_modules/@photostructure/sqlite/prebuilds');
/** Hardly anybody has it with a Node that brings no SQLite of its own, and each of these is 2.5 MB. */
const LEFT_OUT = new Set(['win32-arm64']);

/** Puts what the driver of SQLite is compiled to beside the bundle, for every platform: dist/sqlite/linux-x64-glibc.node. */
export const sqlite = {
  name: 'sqlite',
  generateBundle() {
    for (const platform of readdirSync(COMPILED).filter((name) => !LEFT_OUT.has(name))) {
      for (const file of readdirSync(join(COMPILED, platform))) {
        const [libc] = /glibc|musl/.exec(file);
        this.emitFile({
          type: 'asset',
          fileName: `sqlite/${platform}-${libc}.node`,
          source: readFileSync(join(COMPILED, platform, file)),
        });
      }
    }
  },
};
