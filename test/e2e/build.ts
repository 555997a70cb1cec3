import { execFileSync } from 'node:child_process';

/** The end-to-end tests run the built binary, so what they run must be what is in src. */
export function setup(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc'], { stdio: 'inherit' });
}
