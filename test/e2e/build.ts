import { execFileSync } from 'node:child_process';

const node = (...args: readonly string[]): void => {
  execFileSync(process.execPath, args, { stdio: 'inherit' });
};

/** The end-to-end tests run the built binary, and single modules in processes of their own: both must be what is in src. */
export function setup(): void {
  node('node_modules/rolldown/bin/cli.mjs', '-c', '--logLevel', 'warn');
  node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.modules.json');
}
