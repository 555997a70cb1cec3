import { usageFailure } from '../errors.ts';
import { FORMATS, type ImageFormat, isFormat } from './format.ts';
import { slug, utf8Length } from './slug.ts';

export const DEFAULT_TEMPLATE = '{date}-{slug}-{id}';

const PLACEHOLDERS = ['date', 'time', 'model', 'slug', 'n', 'id'] as const;
export type NameValues = Readonly<Record<(typeof PLACEHOLDERS)[number], string>>;

/** What -o says, and what a name can be made of. */
export interface NameSpec {
  /** null: the default template in the working directory. */
  readonly out: string | null;
  /** `out` ends in a separator, or is a folder that exists. */
  readonly outIsFolder: boolean;
  readonly count: number;
  /** {n} of the first picture; 1 unless an earlier part of the same run has names already. */
  readonly startIndex?: number | undefined;
  /** "2026-11-22" */
  readonly date: string;
  /** "173005" */
  readonly time: string;
  readonly model: string;
  readonly prompt: string;
  /** One for each picture, where they differ. */
  readonly prompts?: readonly string[] | undefined;
  /** Of the run; a name carries its first eight letters or digits. */
  readonly id: string;
}

/**
 * One path for each picture, all different, with or without an extension as the user wrote it. {n} counts 1, 2, 3 …;
 * {id} is the run's short id, and "id-n" where the run has several pictures, so either tells pictures apart.
 */
export function fileNames(spec: NameSpec): string[] {
  const { count, startIndex = 1 } = spec;
  const total = startIndex - 1 + count;
  const template = distinct(templateOf(spec), total);
  const id = spec.id.replace(/[^a-z0-9]/gi, '').slice(0, 8);
  const about = { date: spec.date, time: spec.time, model: spec.model };
  return Array.from({ length: count }, (_, index) => {
    const n = String(startIndex + index);
    return checked(
      fillTemplate(template, {
        ...about,
        slug: slug(spec.prompts?.[index] ?? spec.prompt),
        n,
        id: total === 1 ? id : `${id}-${n}`,
      }),
    );
  });
}

function templateOf({ out, outIsFolder }: NameSpec): string {
  if (out === null) return DEFAULT_TEMPLATE;
  if (out === '')
    throw usageFailure(
      '-o is empty.',
      'Name a file, a folder or a template; without -o the name is made up.',
    );
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(out)) throw usageFailure('-o has a control character in it.');
  if (!outIsFolder) return out;
  return /[/\\]$/.test(out) ? `${out}${DEFAULT_TEMPLATE}` : `${out}/${DEFAULT_TEMPLATE}`;
}

/** A template that gives each of several pictures a name of its own. */
function distinct(template: string, count: number): string {
  if (count === 1 || /\{(n|id)\}/.test(template)) return template;
  const end = extensionOf(template) ? template.lastIndexOf('.') : template.length;
  const numbered = `${template.slice(0, end)}-{n}${template.slice(end)}`;
  if (/\{[^{}]*\}/.test(template)) return numbered;
  throw usageFailure(
    `-o ${template} is one file name for ${count} images.`,
    `Use -o '${numbered}', or a folder.`,
  );
}

/** Literal text stays as the user wrote it, folders too; values cannot add a folder or leave one. */
export function fillTemplate(template: string, values: NameValues): string {
  return template.replace(/\{([^{}]*)\}/g, (written, name: string) => {
    const known = PLACEHOLDERS.find((placeholder) => placeholder === name);
    if (known) return harmless(values[known]);
    const list = PLACEHOLDERS.map((placeholder) => `{${placeholder}}`).join(' ');
    throw usageFailure(`-o: there is no ${written}.`, `There are ${list}.`);
  });
}

/** Neither a separator, nor a dot at either end that could make ".." of its surroundings. */
function harmless(value: string): string {
  const name = value.replace(/[^\p{L}\p{N}\p{M}._-]+/gu, '-').replace(/\.{2,}/g, '.');
  return name.replace(/^[.-]+|[.-]+$/g, '') || 'image';
}

/** ext4, APFS and NTFS take 255; the rest is room for ".jpeg" and for the number of a name that was taken meanwhile. */
const LONGEST_NAME = 255;
const ROOM = 10;

/** Whether a name asks for a format that others write. */
export const isUnmakeable = (name: string): boolean =>
  /\.(gif|bmp|tiff?|hei[cf]|jxl|svg|ico|pdf|psd)$/i.test(name);

/** A path that can be written, as far as that can be known without a disk. */
function checked(path: string): string {
  const [, root = '', rest = ''] = /^(s3:\/\/|\\\\|[/\\]|)(.*)$/.exec(path) ?? [];
  const parts = rest.split(/[/\\]/);
  const name = parts.at(-1) ?? '';
  if (parts.includes(''))
    throw usageFailure(`-o ${path} has an empty name in it.`, 'One separator between names is enough.');
  if (/^\.{1,2}$/.test(name))
    throw usageFailure(`-o ${path} names a folder.`, `End it in a separator: ${path}/`);
  if (isUnmakeable(name))
    throw usageFailure(
      `-o ${path}: pixtab writes ${FORMATS.join(', ')}.`,
      'Choose one of these extensions, or none.',
    );
  const long = parts.find((part) => utf8Length(part) > LONGEST_NAME - ROOM);
  if (long) {
    const size = utf8Length(long);
    throw usageFailure(
      `-o: a name of ${size} bytes is too long, ${LONGEST_NAME - ROOM} are possible.`,
      'Shorten the template.',
    );
  }
  return root + rest;
}

/** "a.jpg" and 2 make "a-2.jpg"; 1 leaves it as it is. */
export function numberedPath(path: string, number: number): string {
  if (number === 1) return path;
  const [, stem = path, extension = ''] = /^(.*[^/\\])(\.[^./\\]*)$/.exec(path) ?? [];
  return `${stem}-${number}${extension}`;
}

/** The format that a name's extension asks for; null without one, or for another. */
export function extensionOf(path: string): ImageFormat | null {
  const [, extension = ''] = /[^/\\]\.([^./\\]+)$/.exec(path) ?? [];
  const name = extension.toLowerCase();
  const format = name === 'jpg' ? 'jpeg' : name;
  return isFormat(format) ? format : null;
}

/** A name beside another: "cat.jpg" and "draft-1" make "cat.draft-1.jpg". */
export const beside = (path: string, word: string): string => beforeExtension(path, `.${word}`);

/** A path with something added before the extension that asks for a format, or at its end. */
export function beforeExtension(path: string, addition: string): string {
  const end = extensionOf(path) ? path.lastIndexOf('.') : path.length;
  return `${path.slice(0, end)}${addition}${path.slice(end)}`;
}

/** The path with the extension that the bytes deserve: another format's is replaced, anything else stays in front. */
export function withExtension(path: string, mimeType: string): string {
  const format = mimeType.replace(/^image\//, '');
  if (!isFormat(format) || extensionOf(path) === format) return path;
  const stem = extensionOf(path) ? path.slice(0, path.lastIndexOf('.')) : path;
  return `${stem}.${format === 'jpeg' ? 'jpg' : format}`;
}
