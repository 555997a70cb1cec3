import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Started } from '../../bench/process.mjs';
import type { Workplace } from './pixtab.ts';

export interface Served extends Started {
  readonly url: string;
}

/** `pixtab sandbox` in a process of its own, once it says where it is; it ends with its test. */
export async function serving({ start }: Workplace, ...flags: readonly string[]): Promise<Served> {
  const server = start(['sandbox', ...flags]);
  const [line]: unknown[] = await once(createInterface({ input: server.child.stdout }), 'line');
  return { ...server, url: String(line) };
}
