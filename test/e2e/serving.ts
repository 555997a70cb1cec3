import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Workplace } from './pixtab.ts';

export interface Served extends AsyncDisposable {
  readonly url: string;
  readonly child: ChildProcess;
}

/** `pixtab sandbox` in a process of its own, once it says where it is. */
export async function serving({ bin, dir, env }: Workplace, ...flags: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [bin, 'sandbox', ...flags], { cwd: dir, env: { ...env } });
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const [line]: unknown[] = await once(lines, 'line');
  return {
    url: String(line),
    child,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
