#!/usr/bin/env node
'use strict';
const { enableCompileCache } = require('node:module');
const { env } = require('node:process');

// What V8 makes of the code is kept for the next start: by Node where it can, else by the build. V8 counts no coverage of it.
if (enableCompileCache) enableCompileCache();
else if (!env.NODE_V8_COVERAGE) require('./compile-cache.cjs');

try {
  require('../dist/main.cjs');
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND' || error.requireStack[0] !== __filename) throw error;
  process.stderr.write('pixtab is not built yet: npm run build, in its folder, builds it.\n');
  process.exitCode = 1;
}
