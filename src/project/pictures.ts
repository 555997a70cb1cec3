import { readEntry, readHead } from '../core/manifest/entry.ts';
import type { Values } from '../core/manifest/fields.ts';
import { folderOf, joined, staysInside } from '../core/manifest/path.ts';
import { expand, over, placed, type Picture } from '../core/manifest/picture.ts';
import type { Flaws, Place, Problem, Written } from '../core/manifest/problem.ts';
import type { Deps } from '../ports/index.ts';
import { claims, type Claims } from '../core/manifest/claims.ts';
import type { Asked } from '../core/manifest/fingerprint.ts';
import type { Rule } from '../core/order/rules.ts';
import { shown, type Project } from './project.ts';

/** A picture with its fingerprint. */
export interface HashedPicture {
  readonly picture: Picture;
  readonly asked: Asked;
  readonly hash: string;
  readonly placeOf: Located['placeOf'];
}

/** A picture and where in the manifest it is asked for. */
export interface Located {
  readonly picture: Picture;
  readonly placeOf: (at: Problem['path']) => Place;
}

interface PicturesContext {
  readonly project: Pick<Project, 'folder' | 'tree'>;
  readonly deps: Pick<Deps, 'manifest'>;
  readonly flaws: Flaws;
  readonly ids: Set<string>;
  readonly places: Claims;
}

/** Entries that are read at a time: few, so that a long manifest takes little memory. */
const FEW = 100;

/**
 * Every picture that a manifest asks for, in the order it is written, those of includes after its own. What is wrong is
 * gathered in `flaws`; when it all has been read, they must be asked.
 */
export async function* picturesOf(
  { file, folder, tree }: Pick<Project, 'file' | 'folder' | 'tree'>,
  deps: Pick<Deps, 'manifest'>,
  flaws: Flaws,
): AsyncGenerator<readonly Located[]> {
  const context = { project: { folder, tree }, deps, flaws, ids: new Set<string>(), places: claims() };
  yield* picturesIn(file, NO_DEFAULTS, [], context);
}

/** What holds in a manifest and in what it includes; there, its own rules come first. */
interface Holding {
  readonly values: Values;
  readonly rules: readonly Rule[];
}

const NO_DEFAULTS: Holding = { values: {}, rules: [] };

async function* picturesIn(
  file: string,
  above: Holding,
  through: readonly string[],
  context: PicturesContext,
): AsyncGenerator<readonly Located[]> {
  const part = await context.deps.manifest(file, context.project.tree, shown(context.project, file));
  for (const doubt of part.doubts ?? []) context.flaws.doubt(doubt);
  const head = readHead(part.head.value);
  note(head.problems, part.head, context.flaws);
  const folder = folderOf(file);
  const defaults: Holding = {
    values: over(above.values, placed(head.value.defaults, folder)),
    rules: [...head.value.route, ...above.rules],
  };
  for await (const piece of part.images()) {
    for (let start = 0; start < piece.length; start += FEW) {
      yield piece.slice(start, start + FEW).flatMap((written) => located(written, folder, defaults, context));
    }
  }
  const chain = [...through, file];
  for (const [index, include] of head.value.include.entries()) {
    const path = joined(folder, include);
    const place = part.head.placeOf(['include', index]);
    if (chain.includes(path)) context.flaws.add(place, `include: ${include} includes itself`);
    else if (!staysInside(path)) context.flaws.add(place, `include: ${include} leaves the manifest's folder`);
    else if ((await context.project.tree.kindOf(path)) !== 'file')
      context.flaws.add(place, `include: there is no file ${shown(context.project, path)}`);
    else yield* picturesIn(path, defaults, chain, context);
  }
}

function located(
  written: Written,
  folder: string,
  { values, rules }: Holding,
  context: PicturesContext,
): readonly Located[] {
  const { value: entry, problems } = readEntry(written.value);
  note(problems, written, context.flaws);
  if (entry === null) return [];
  const pictures = expand({ ...placed(entry, folder), id: entry.id }, values, rules);
  if ('message' in pictures) {
    note([pictures], written, context.flaws);
    return [];
  }
  if (context.ids.has(entry.id))
    context.flaws.add(written.placeOf(['id']), `id: there are two pictures "${entry.id}"`);
  context.ids.add(entry.id);
  for (const { out } of pictures) {
    const other = context.places.claim(out, entry.id);
    if (other !== null)
      context.flaws.add(written.placeOf(['out']), `out: ${out} is where picture ${other} goes`);
  }
  return pictures.map((picture) => ({ picture, placeOf: (path) => written.placeOf(path) }));
}

function note(problems: readonly Problem[], { placeOf }: Written, flaws: Flaws): void {
  for (const { path, at, message } of problems) flaws.add(placeOf(path, at), message);
}
