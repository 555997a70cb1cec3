import { until, type Started } from '../../bench/process.mjs';
import type { Workplace } from './pixtab.ts';

export interface Served extends Started {
  readonly url: string;
}

/** `pixtab sandbox` in a process of its own, once it says where it is; it ends with its test. */
export const serving = (here: Workplace, ...flags: readonly string[]): Promise<Served> =>
  servedBy(here, ['sandbox', ...flags]);

/** The same of any command that says on stdout where it is. */
export async function servedBy({ start }: Workplace, args: readonly string[]): Promise<Served> {
  const server = start(args);
  let said = '';
  server.child.stdout.on('data', (text: string) => (said += text));
  await until(`pixtab ${args[0]} says where it is`, () => said.includes('\n'), server);
  return { ...server, url: said.slice(0, said.indexOf('\n')) };
}
