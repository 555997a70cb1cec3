#!/usr/bin/env node
try {
  await import('../dist/main.js');
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !error.url?.endsWith('/dist/main.js')) throw error;
  process.stderr.write('pixtab is not built yet: npm run build, in its folder, builds it.\n');
  process.exitCode = 1;
}
