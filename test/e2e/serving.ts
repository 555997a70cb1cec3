import { until, type Started } from '../../bench/process.mjs';
import type { Workplace } from './pixtab.ts';

export interface Served extends Started {
  readonly url: string;
}

/** `pixtab sandbox` in a process of its own, once it says where it is; it ends with its test. */
export async function serving({ start }: Workplace, ...flags: readonly string[]): Promise<Served> {
  const server = start(['sandbox', ...flags]);
  let said = '';
  server.child.stdout.on('data', (text: string) => (said += text));
  await until('pixtab sandbox says where it is', () => said.includes('\n'), server);
  return { ...server, url: said.slice(0, said.indexOf('\n')) };
}
