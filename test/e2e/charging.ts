import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from '../../bench/place.mjs';
import { BIN, type Workplace } from './pixtab.ts';
import type { Served } from './serving.ts';

export interface Meter {
  readonly charged: number;
  readonly total: string;
}

/** What the real API would have charged. */
export const meter = async ({ url }: Served): Promise<Meter> =>
  (await (await fetch(`${url}/sandbox/meter`)).json()) as Meter;

/** What goes wrong from now on. */
export async function faults({ url }: Served, schedule: string): Promise<void> {
  await fetch(`${url}/sandbox/faults`, { method: 'POST', body: JSON.stringify({ schedule }) });
}

/** Whether every fault was met. */
async function met({ url }: Served): Promise<boolean> {
  const { pending } = (await (await fetch(`${url}/sandbox/faults`)).json()) as { pending: unknown[] };
  return pending.length === 0;
}

/** A command line at a sandbox that runs. */
export const at = ({ url }: Served, ...args: readonly string[]): readonly string[] => [
  ...args,
  '--sandbox',
  '--base-url',
  url,
];

/** Starts pixtab, and ends it with SIGKILL once the sandbox has met every fault. */
export async function killed(
  { dir, env }: Workplace,
  served: Served,
  args: readonly string[],
): Promise<void> {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: dir, env: { ...env }, stdio: 'ignore' });
  const gone = once(child, 'exit');
  await until(() => met(served));
  child.kill('SIGKILL');
  await gone;
  await faults(served, '');
}
