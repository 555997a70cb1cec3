#!/usr/bin/env node
'use strict';
const { argv, env } = process;

const WRITTEN = new Set(['--help', '-h', 'help', '--version', '-V']);
const args = argv.slice(2);
const isWritten = args.length <= 2 && args.some((arg) => WRITTEN.has(arg));
if (!isWritten || !require('./written-page.cjs').isAnsweredByPage(args)) start();

function start() {
  const { enableCompileCache } = require('node:module');
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
}
