import { afterEach } from 'vitest';
import { killAll } from '../../bench/process.mjs';
import { endAll } from './in-process.ts';

// A test that took too long, or failed, may have left a process, or a command in this one.
afterEach(async () => {
  killAll();
  await endAll();
});
