import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modulesOfPage } from './page.mjs';

const ROOT = join(import.meta.dirname, '..');
/** The folder of the package that a module lies in; null for our own. */
const packageOf = (id) => /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(id)?.[0] ?? null;
const manifestIn = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** Puts beside the bundle what is in it: dist/licenses.txt with every licence, dist/sbom.cdx.json for who looks for flaws. */
export const contents = {
  name: 'contents',
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
    const folders = [
      ...new Set([...modules, ...modulesOfPage].flatMap((id) => packageOf(id) ?? [])),
    ].toSorted();
    this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: folders.map(licenseIn).join('\n\n') });
    this.emitFile({ type: 'asset', fileName: 'sbom.cdx.json', source: sbomOf(folders) });
  },
};

function licenseIn(folder) {
  const { name, version, license } = manifestIn(folder);
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const text =
    file === undefined ? 'It brings no text of it.' : readFileSync(join(folder, file), 'utf8').trim();
  return `${'='.repeat(100)}\n${name} ${version}: ${license}\n\n${text}`;
}

/** npm writes its own copy only once everything is installed, and pixtab is built before that. */
const lockFile = () =>
  ['package-lock.json', 'node_modules/.package-lock.json']
    .map((path) => join(ROOT, path))
    .find((path) => existsSync(path));

/** https://cyclonedx.org/docs/1.6/json/ (checked 2026-11-27). Without a date, so that the same sources give the same bytes. */
function sbomOf(folders) {
  const { packages } = JSON.parse(readFileSync(lockFile(), 'utf8'));
  const components = folders.map((folder) => {
    const integrity =
      packages[folder.slice(folder.lastIndexOf('node_modules')).replaceAll('\\', '/')]?.integrity;
    return component('library', manifestIn(folder), integrity);
  });
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: component('application', manifestIn(ROOT)) },
    components,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function component(type, { name, version, license }, integrity) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    type,
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(license && {
      licenses: [/ OR | AND /.test(license) ? { expression: license } : { license: { id: license } }],
    }),
    ...(integrity && {
      hashes: [
        { alg: 'SHA-512', content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex') },
      ],
    }),
  };
}
