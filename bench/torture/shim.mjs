// Builds the library that lets calls to the system fail; null, with a reason, where this machine cannot.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export function buildShim(folder) {
  if (process.platform !== 'linux') return { path: null, why: 'it works on Linux alone' };
  const path = join(folder, 'shim.so');
  const source = join(import.meta.dirname, 'shim.c');
  try {
    execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', path, source, '-lpthread', '-ldl'], {
      stdio: 'pipe',
    });
    return { path, why: '' };
  } catch (error) {
    return {
      path: null,
      why: error.code === 'ENOENT' ? 'there is no C compiler' : `cc says: ${error.message}`,
    };
  }
}
