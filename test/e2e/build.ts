import { execFileSync } from 'node:child_process';

/** The end-to-end tests run the built binary, so what they run must be what is in src. */
export function setup(): void {
  execFileSync(process.execPath, ['node_modules/rolldown/bin/cli.mjs', '-c', '--logLevel', 'warn'], {
    stdio: 'inherit',
  });
}
