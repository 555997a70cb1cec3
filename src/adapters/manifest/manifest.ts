import { usageFailure } from '../../core/errors.ts';
import type { ManifestFile, Tree } from '../../ports/index.ts';
import { csvManifest } from './csv.ts';

/** Opens a manifest in the format that its name says. A format's library is loaded for that format alone. */
export async function openManifest(path: string, tree: Tree, shown: string): Promise<ManifestFile> {
  const [, extension = ''] = /\.([a-z]+)$/i.exec(path) ?? [];
  switch (extension.toLowerCase()) {
    case 'yaml':
    case 'yml': {
      const { yamlManifest } = await import('./yaml.ts');
      return yamlManifest(await textOf(path, tree, shown), shown);
    }
    case 'json':
      return (await import('./json.ts')).jsonManifest(await textOf(path, tree, shown), shown);
    case 'jsonl':
    case 'ndjson':
      return (await import('./jsonl.ts')).jsonlManifest(path, tree, shown);
    case 'csv':
      return csvManifest(path, tree, shown);
    default:
      throw usageFailure(`${shown}: a manifest ends in .yaml, .json, .jsonl or .csv.`);
  }
}

async function textOf(path: string, tree: Tree, shown: string): Promise<string> {
  const text = await tree.text(path);
  if (text === null) throw usageFailure(`${shown} cannot be read: there is no such file.`);
  return text.replace(/^\uFEFF/, '');
}
