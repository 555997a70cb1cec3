import { afterEach } from 'vitest';
import { killAll } from '../../bench/process.mjs';

// A test that took too long, or failed, may have left a process.
afterEach(killAll);
