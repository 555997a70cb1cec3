// What npm packs lists only what a user needs: `node build/package.mjs trim` before, `restore` after.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import config from '../rolldown.config.js';

const MANIFEST = join(import.meta.dirname, '../package.json');
const WHOLE = `${MANIFEST}.whole`;

const FOR_DEVELOPERS = new Set(['scripts', 'workspaces', 'devDependencies', 'allowScripts']);

const [, , step] = process.argv;
// A run that was cut off has left it behind.
if (existsSync(WHOLE)) renameSync(WHOLE, MANIFEST);
if (step === 'trim') {
  const text = readFileSync(MANIFEST, 'utf8');
  const whole = JSON.parse(text);
  const dependencies = Object.entries(whole.dependencies).filter(([name]) => config.external.includes(name));
  const kept = Object.entries(whole).filter(([key]) => !FOR_DEVELOPERS.has(key));
  writeFileSync(WHOLE, text);
  const trimmed = { ...Object.fromEntries(kept), dependencies: Object.fromEntries(dependencies) };
  writeFileSync(MANIFEST, `${JSON.stringify(trimmed, null, 2)}\n`);
}
