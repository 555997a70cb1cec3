import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the package that a module lies in; null for our own. */
const packageOf = (id) => /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(id)?.[0] ?? null;

/** Puts dist/licenses.txt beside the bundle: name, version and licence of every package that is in it. */
export const licenses = {
  name: 'licenses',
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
    const folders = [...new Set(modules.flatMap((id) => packageOf(id) ?? []))].toSorted();
    this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: folders.map(licenseIn).join('\n\n') });
  },
};

function licenseIn(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const text =
    file === undefined ? 'It brings no text of it.' : readFileSync(join(folder, file), 'utf8').trim();
  return `${'='.repeat(100)}\n${name} ${version}: ${license}\n\n${text}`;
}
