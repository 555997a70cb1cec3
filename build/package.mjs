// What npm packs lists only what a user needs: `node build/package.mjs trim` before, `restore` after.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NATIVE } from '../rolldown.config.js';

const MANIFEST = join(import.meta.dirname, '../package.json');
const WHOLE = `${MANIFEST}.whole`;

const FOR_DEVELOPERS = new Set(['scripts', 'workspaces', 'dependencies', 'devDependencies', 'allowScripts']);

const [, , step] = process.argv;
// A run that was cut off has left it behind.
if (existsSync(WHOLE)) renameSync(WHOLE, MANIFEST);
if (step === 'trim') {
  const text = readFileSync(MANIFEST, 'utf8');
  const whole = JSON.parse(text);
  const kept = Object.entries(whole).filter(([key]) => !FOR_DEVELOPERS.has(key));
  // One for each platform, of which npm installs those that fit.
  const natives = Object.fromEntries(Object.keys(whole.dependencies).flatMap(nativesOf));
  const optionalDependencies = { ...natives, ...whole.optionalDependencies };
  writeFileSync(WHOLE, text);
  writeFileSync(
    MANIFEST,
    `${JSON.stringify({ ...Object.fromEntries(kept), optionalDependencies }, null, 2)}\n`,
  );
}

/** What a package leaves to other packages because it is compiled: names and versions. */
function nativesOf(name) {
  const manifest = join(import.meta.dirname, '../node_modules', name, 'package.json');
  const { optionalDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'));
  return Object.entries(optionalDependencies).filter(([name]) => NATIVE.some((form) => form.test(name)));
}
