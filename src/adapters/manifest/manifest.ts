import { usageFailure } from '../../core/errors.ts';
import { fileSize } from '../../core/text/text.ts';
import type { ManifestFile, Tree } from '../../ports/index.ts';
import { csvManifest } from './csv.ts';

/** Opens a manifest in the format that its name says. A format's library is loaded for that format alone. */
export async function openManifest(path: string, tree: Tree, shown: string): Promise<ManifestFile> {
  const [, extension = ''] = /\.([a-z]+)$/i.exec(path) ?? [];
  switch (extension.toLowerCase()) {
    case 'yaml':
    case 'yml': {
      const { yamlManifest } = await import('./yaml.ts');
      return yamlManifest(await textOf(path, tree, shown, YAML), shown);
    }
    case 'json':
      return (await import('./json.ts')).jsonManifest(await textOf(path, tree, shown, JSON_TEXT), shown);
    case 'jsonl':
    case 'ndjson':
      return (await import('./jsonl.ts')).jsonlManifest(path, tree, shown);
    case 'csv':
      return csvManifest(path, tree, shown);
    case 'txt':
      return (await import('./prompts.ts')).promptsManifest(path, tree, shown);
    default:
      throw usageFailure(
        `${shown}: a manifest ends in .yaml, .json, .jsonl or .csv, and a list of prompts in .txt.`,
      );
  }
}

/** A format that is read as a whole, and what fits into memory of it, in characters: 65 bytes for each of YAML. */
interface Whole {
  readonly format: string;
  readonly most: number;
}
const YAML: Whole = { format: 'YAML', most: 20_000_000 };
const JSON_TEXT: Whole = { format: 'JSON', most: 200_000_000 };

async function textOf(path: string, tree: Tree, shown: string, { format, most }: Whole): Promise<string> {
  const text = await tree.text(path);
  if (text === null) throw usageFailure(`${shown} cannot be read: there is no such file.`);
  if (text.length > most) {
    throw usageFailure(
      `${shown}:1:1: a manifest in ${format} has at most ${fileSize(most)}, and this one ${fileSize(text.length)}.`,
      'JSON Lines and CSV are read piece by piece, however long they are.',
    );
  }
  return text.replace(/^\uFEFF/, '');
}
