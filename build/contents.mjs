import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modulesOfPage } from './page.mjs';

const ROOT = join(import.meta.dirname, '..');
/** The folder of the package that a module lies in; null for our own. */
const packageOf = (id) => /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(id)?.[0] ?? null;
const manifestIn = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/**
 * Puts beside the bundle what is in it: dist/licenses.txt with every licence, dist/sbom.cdx.json for who looks for flaws, with
 * what npm installs beside it. `native`: how that is called.
 */
export const contents = (native) => ({
  name: 'contents',
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
    const folders = [
      ...new Set([...modules, ...modulesOfPage].flatMap((id) => packageOf(id) ?? [])),
    ].toSorted();
    this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: folders.map(licenseIn).join('\n\n') });
    this.emitFile({ type: 'asset', fileName: 'sbom.cdx.json', source: sbomOf(folders, native) });
  },
});

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
function sbomOf(folders, native) {
  const { packages } = JSON.parse(readFileSync(lockFile(), 'utf8'));
  const components = folders.map((folder) => {
    const integrity =
      packages[folder.slice(folder.lastIndexOf('node_modules')).replaceAll('\\', '/')]?.integrity;
    return component('library', manifestIn(folder), integrity);
  });
  const compiled = installedBeside(packages, native).map((path) => {
    const { version, license, integrity } = packages[path];
    return {
      ...component('library', { name: nameIn(path), version, license }, integrity),
      scope: 'optional',
    };
  });
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: component('application', manifestIn(ROOT)) },
    components: [...components, ...compiled],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const nameIn = (path) => path.replace(/^.*node_modules\//, '');

/** What npm installs beside the bundle because it is compiled, for any platform, with all that it needs: where the lock has it. */
function installedBeside(packages, native) {
  /** @type {Set<string>} */
  const known = new Set();
  const add = (name, from) => {
    const path = [`${from}/node_modules/${name}`, `node_modules/${name}`].find((one) => packages[one]);
    if (path === undefined || known.has(path)) return;
    known.add(path);
    const { dependencies = {}, optionalDependencies = {} } = packages[path];
    for (const inner of Object.keys({ ...dependencies, ...optionalDependencies })) add(inner, path);
  };
  for (const path of Object.keys(packages)) {
    const { dependencies = {}, optionalDependencies = {} } = packages[path];
    const names = Object.keys({ ...dependencies, ...optionalDependencies });
    if (!path.includes('/node_modules/'))
      for (const name of names) if (native.some((form) => form.test(name))) add(name, path);
  }
  return [...known].toSorted();
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
