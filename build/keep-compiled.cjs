'use strict';
// Runs pixtab, and writes down what V8 compiled.
const { writeFileSync } = require('node:fs');
const { cacheOf, scripts } = require('../bin/compile-cache.cjs');

process.on('exit', () => {
  for (const [filename, script] of scripts) writeFileSync(cacheOf(filename), script.createCachedData());
});
require('../dist/main.cjs');
