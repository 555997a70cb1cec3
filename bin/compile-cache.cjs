'use strict';
// Does for Node 20 what module.enableCompileCache does since 22.8, for the files of dist/ alone. V8 refuses a cache that is
// not of its own version, and then compiles as ever; what another system made of it, it takes, and crashes.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { Script, constants } = require('node:vm');

const DIST = path.join(__dirname, '../dist/');
const { arch, platform, version } = process;
const cacheOf = (filename) => `${filename}.${version}-${platform}-${arch}.cache`;
/** What was compiled in this process, for the build, which keeps it. */
const scripts = new Map();

/* oxlint-disable no-underscore-dangle -- that is what Node calls it */
const compile = Module.prototype._compile;
Module.prototype._compile = function (content, filename, ...more) {
  if (!filename.startsWith(DIST)) return compile.call(this, content, filename, ...more);
  const script = new Script(Module.wrap(content), {
    filename,
    cachedData: kept(filename),
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  scripts.set(filename, script);
  const required = (id) => this.require(id);
  return script
    .runInThisContext()
    .call(this.exports, this.exports, required, this, filename, path.dirname(filename));
};

function kept(filename) {
  try {
    return readFileSync(cacheOf(filename));
  } catch {
    return undefined;
  }
}

module.exports = { cacheOf, scripts };
