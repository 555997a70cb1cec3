import { noSuchFile } from '../files/files.ts';
import { badField, invalid } from '../http/problem.ts';
import type { Content, Part } from '../messages.ts';
import { nearestAspect } from '../models/pixels.ts';
import type { GeminiModel } from '../models/types.ts';
import { bytesOf, checkSignature } from './signature.ts';
import { sniff } from './sniff.ts';

/** Finds an uploaded file by the URI in a request. */
export type FindFile = (
  uri: string,
) => { readonly mimeType: string; readonly bytes: Uint8Array | null } | null;

const PICTURES = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif']);

/** The files that a request refers to. */
export const filesIn = (contents: readonly Content[]): readonly string[] =>
  contents.flatMap(({ parts }) => (parts ?? []).flatMap(({ fileData }) => fileData?.fileUri ?? []));

/** The words of the last turn. */
export function promptOf(contents: readonly Content[]): string {
  const last = contents.findLast((content) => content.role !== 'model');
  return (last?.parts ?? []).flatMap((part) => part.text ?? []).join('\n');
}

export function checkContents(contents: readonly Content[]): void {
  if (contents.length === 0) throw badField('contents', 'contents is not specified');
  for (const [index, { role, parts }] of contents.entries()) {
    if (role !== undefined && !['user', 'model', 'function', ''].includes(role)) {
      throw invalid('Please use a valid role: user, model.');
    }
    if (!parts || parts.length === 0) {
      throw badField(`contents[${index}].parts`, 'contents.parts must not be empty.');
    }
    const empty = parts.findIndex((part) => !hasData(part));
    if (empty !== -1) {
      const rule = "required oneof field 'data' must have one initialized field";
      throw badField(`contents[${index}].parts[${empty}].data`, rule);
    }
  }
  if (contents.every(({ parts }) => (parts ?? []).every((part) => part.text === ''))) {
    throw badField('contents', 'contents.parts must not be empty.');
  }
}

const hasData = (part: Part): boolean =>
  Object.keys(part).some(
    (key) => !['thought', 'thoughtSignature', 'videoMetadata', 'partMetadata'].includes(key),
  );

/** Checks the pictures of all turns; returns the aspect of the last one, which the answer takes on. */
export function checkPictures(
  contents: readonly Content[],
  model: GeminiModel,
  findFile: FindFile,
): string | null {
  let aspect: string | null = null;
  let count = 0;
  for (const [position, content] of contents.entries()) {
    for (const [index, part] of (content.parts ?? []).entries()) {
      const picture = pictureOf(part, findFile);
      if (!picture) continue;
      count++;
      const measures = sniff(picture);
      if (!measures)
        throw invalid(
          'Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
        );
      aspect = nearestAspect(model, measures.width, measures.height);
      if (content.role === 'model' && model.signs) checkSignature(part, position + 1, index + 1);
    }
  }
  if (count > model.maxInputs)
    throw invalid(`Too many images in the request: ${count}, the maximum is ${model.maxInputs}.`);
  return aspect;
}

function pictureOf(part: Part, findFile: FindFile): Uint8Array | null {
  if (part.inlineData) {
    checkType(part.inlineData.mimeType);
    return bytesOf(part.inlineData.data ?? '');
  }
  if (!part.fileData) return null;
  const uri = part.fileData.fileUri ?? '';
  const file = findFile(uri);
  if (!file) throw noSuchFile(uri);
  checkType(part.fileData.mimeType ?? file.mimeType);
  return file.bytes ?? new Uint8Array();
}

function checkType(mimeType = ''): void {
  if (!PICTURES.has(mimeType.toLowerCase())) throw invalid(`Unsupported MIME type: ${mimeType}`);
}
