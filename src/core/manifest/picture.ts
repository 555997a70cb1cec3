import type { Ability, Aspect, Size, ThinkingLevel } from '../catalogue/model.ts';
import { beforeExtension, extensionOf, isUnmakeable, withExtension } from '../files/filename.ts';
import { FORMATS, type ImageFormat } from '../files/format.ts';
import { isAddress } from '../files/place.ts';
import { slug, utf8Length } from '../files/slug.ts';
import type { Entry } from './entry.ts';
import type { Values, Vars } from './fields.ts';
import type { LaneWish } from './lane.ts';
import { joined, staysInside } from './path.ts';
import type { Problem } from './problem.ts';
import type { OnRetired } from '../order/route.ts';
import { ruleFor, type Rule } from '../order/rules.ts';
import { nearest } from '../text/nearest.ts';

/** One picture that a project wants: all that determines it, and where it goes. */
export interface Picture {
  /** The id; "id#2" and so on for further pictures of one entry. */
  readonly key: string;
  readonly id: string;
  /** From 1 to the entry's count. */
  readonly n: number;
  readonly prompt: string;
  /** As it is written, or as a rule has it: id, alias or auto. */
  readonly model: string;
  /** The rule of `route` that chose the model; null where none did. */
  readonly rule: string | null;
  /** null: as the run says. */
  readonly onRetired: OnRetired | null;
  readonly size: Size | null;
  readonly aspect: Aspect | null;
  readonly lane: LaneWish;
  /** Not to wait for the batch lane. */
  readonly urgent: boolean;
  readonly thinking: ThinkingLevel | null;
  readonly needs: readonly Ability[];
  /** Paths from the manifest's folder. */
  readonly inputs: readonly string[];
  /** Path from the manifest's folder, without an extension where the bytes decide it. */
  readonly out: string;
  /** null keeps the bytes as they come. */
  readonly format: ImageFormat | null;
  readonly quality: number | null;
}

const DEFAULT_OUT = 'images/{id}';
/** Of the 255 bytes of a name, some are left for an extension and a number. */
const LONGEST_NAME = 240;

/** Paths of a file, as they are seen from the folder of the project's manifest. */
export function placed(values: Values, folder: string): Values {
  if (folder === '') return values;
  return {
    ...values,
    ...(values.inputs && { inputs: values.inputs.map((path) => joined(folder, path)) }),
    ...(values.out !== undefined && { out: `${folder}/${values.out}` }),
  };
}

/** Lays the values of an entry over its defaults; variables of both are kept. */
export const over = (far: Values, near: Values): Values & { readonly vars: Vars } => ({
  ...far,
  ...near,
  vars: { ...far.vars, ...near.vars },
});

/** An entry as pictures, or what is wrong with it. */
export function expand(
  entry: Entry,
  defaults: Values,
  rules: readonly Rule[] = [],
): readonly Picture[] | Problem {
  const values = over(defaults, entry);
  const { id } = entry;
  const { count = 1, vars, style = '', out = DEFAULT_OUT } = values;
  if (values.prompt === undefined) return { path: [], at: 'value', message: `${id} has no prompt` };
  const words = filled(values.prompt, { ...vars, id });
  if (typeof words !== 'string') return { path: ['prompt'], at: 'value', message: words.missing };
  const manner = filled(style, { ...vars, id });
  if (typeof manner !== 'string') return { path: ['style'], at: 'value', message: manner.missing };
  const prompt = manner.trim() === '' ? words.trim() : `${words.trim()}\n\n${manner.trim()}`;
  const format = formatOf(values, out);
  if (typeof format === 'object' && format !== null) return format;
  if (values.quality !== undefined && (format === null || format === 'png'))
    return { path: ['quality'], at: 'value', message: 'quality works with format jpeg, webp or avif' };
  // A model that is named, auto among them, goes before every rule.
  const rule = values.model === undefined ? ruleFor(rules, { ...values, id }) : null;
  const pictures: Picture[] = [];
  for (let n = 1; n <= count; n += 1) {
    const names = { ...vars, id, n: String(n), ...(out.includes('{slug}') && { slug: slug(words) }) };
    const target = filled(out, names);
    if (typeof target !== 'string') return { path: ['out'], at: 'value', message: target.missing };
    const path = joined('', n === 1 || /\{n\}/.test(out) ? target : beforeExtension(target, `-${n}`));
    const trouble = isAddress(target) ? 'is an address, and takes a path' : unwritable(path);
    if (trouble !== null) return { path: ['out'], at: 'value', message: `out: ${path} ${trouble}` };
    pictures.push({
      key: n === 1 ? id : `${id}#${n}`,
      id,
      n,
      prompt,
      model: values.model ?? rule?.model ?? 'auto',
      rule: rule?.text ?? null,
      onRetired: values['on-retired'] ?? null,
      size: values.size ?? null,
      aspect: values.aspect ?? null,
      lane: values.lane ?? 'now',
      urgent: values.urgent ?? false,
      thinking: values.thinking ?? null,
      needs: values.needs ?? [],
      inputs: values.inputs ?? [],
      out: path,
      format,
      quality: values.quality ?? null,
    });
  }
  return pictures;
}

function formatOf({ format }: Values, out: string): ImageFormat | null | Problem {
  const named = extensionOf(out);
  if (format === undefined) return named;
  if (format === 'keep') return null;
  if (named === null || named === format) return format;
  return { path: ['format'], at: 'value', message: `format ${format} and out ${out} disagree` };
}

function unwritable(path: string): string | null {
  if (!staysInside(path)) return "leaves the manifest's folder";
  if (/(^|\/)(\.git|\.pixtab-trash)(\/|$)/i.test(path)) return 'is in a folder that is no place for pictures';
  // oxlint-disable-next-line no-control-regex -- what no file system and no terminal should be given.
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'has a control character in it';
  if (isUnmakeable(path)) return `has an extension that is none of ${FORMATS.join(', ')}`;
  const long = path.split('/').some((name) => utf8Length(name) > LONGEST_NAME);
  return long ? 'has a name in it that is too long' : null;
}

/** The path that a picture is expected to get; the bytes decide. */
export const expectedPath = ({ out, format }: Picture, mimeType: string): string =>
  withExtension(out, format === null ? mimeType : `image/${format}`);

/** A placeholder without a value, as the end of a sentence. */
export interface Unfilled {
  readonly missing: string;
}

/**
 * Puts values in the place of {names}; {{name}} is {name} itself. Braces around anything else stay as they are: prompts
 * may hold JSON.
 */
export function filled(template: string, vars: Vars): string | Unfilled {
  let missing: string | null = null;
  const text = template.replace(
    /\{\{([A-Za-z_][\w-]*)\}\}|\{([A-Za-z_][\w-]*)\}/g,
    (written, literal?: string, name?: string) => {
      if (name === undefined) return `{${literal}}`;
      const value = Object.hasOwn(vars, name) ? vars[name] : undefined;
      if (value === undefined) missing ??= name;
      return value ?? written;
    },
  );
  return missing === null ? text : { missing: unknownVariable(missing, Object.keys(vars)) };
}

function unknownVariable(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const meant = near === null ? '' : `; did you mean {${near}}?`;
  return `there is no value for {${name}}${meant}`;
}
