import type { PromptWant } from '../../core/pricing/prompt-groups.ts';
import { findModel, isAuto } from '../../core/catalogue/catalogue.ts';
import { LANES, SIZES, THINKING_LEVELS, type Aspect } from '../../core/catalogue/model.ts';
import { Failure, restated, usageFailure } from '../../core/errors.ts';
import { nearest } from '../../core/text/nearest.ts';
import { attempt } from '../../core/order/route.ts';
import { excerpt } from '../../core/text/text.ts';

const KEYS: readonly string[] = ['prompt', 'model', 'count', 'size', 'aspect', 'lane', 'thinking'];

/** A prompt, and what it asks for besides its words. */
export interface PromptLine {
  readonly prompt: string;
  readonly want: PromptWant;
}

/** What a line of a file of prompts asks for; null where it is blank or a comment. `where` names the line. */
export function promptLine(line: string, usual: PromptWant, where: () => string): PromptLine | null {
  if (isBlank(line) || line.startsWith('#')) return null;
  return line.startsWith('{') ? readPromptLine(line, usual, where()) : { prompt: line, want: usual };
}

const isBlank = (line: string): boolean => (line.charCodeAt(0) <= SPACE ? line.trim() === '' : line === '');
const SPACE = 0x20;

/** A line that is a JSON object: a prompt, and what differs from the flags. `where` names the line. */
export function readPromptLine(line: string, usual: PromptWant, where: string): PromptLine {
  const object = objectIn(line, where);
  for (const key of Object.keys(object)) if (!KEYS.includes(key)) throw unknownKey(key, where);
  const { prompt, model, count, size, aspect, lane, thinking } = object;
  if (typeof prompt !== 'string' || prompt.trim() === '')
    throw usageFailure(`${where}: "prompt" is missing or empty.`);
  const want: PromptWant = {
    model: model === undefined ? usual.model : modelIn(model, where),
    count: count === undefined ? usual.count : countIn(count, where),
    size: size === undefined ? usual.size : oneOf(SIZES, 'size', size, where),
    aspect: aspect === undefined ? usual.aspect : aspectIn(aspect, where),
    lane: lane === undefined ? usual.lane : oneOf(LANES, 'lane', lane, where),
    thinking: thinking === undefined ? usual.thinking : oneOf(THINKING_LEVELS, 'thinking', thinking, where),
  };
  return { prompt, want };
}

function objectIn(line: string, where: string): Readonly<Record<string, unknown>> {
  try {
    // A line that begins with a brace and parses is an object.
    const object: Readonly<Record<string, unknown>> = JSON.parse(line);
    return object;
  } catch (cause) {
    throw new Failure('usage', `${where}: this is no valid JSON.`, { cause });
  }
}

function unknownKey(key: string, where: string): Failure {
  const near = nearest(key.slice(0, 60), KEYS);
  const hint = `A line takes ${KEYS.join(', ')}.`;
  const message = `${where}: there is no key "${excerpt(key, 60)}".`;
  return usageFailure(message, near === null ? hint : `Did you mean "${near}"? ${hint}`);
}

/** Known names only, so that a file of any length makes few groups. */
function modelIn(model: unknown, where: string): string {
  if (typeof model !== 'string') throw usageFailure(`${where}: "model" takes an id, an alias or auto.`);
  const name = model.trim().toLowerCase();
  const found = isAuto(name) ? null : attempt(() => findModel(name));
  if (found instanceof Failure) throw restated(found, { message: `${where}: ${found.message}` });
  return name;
}

function countIn(count: unknown, where: string): number {
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= 100) return count;
  throw usageFailure(`${where}: "count" takes a whole number from 1 to 100.`);
}

function oneOf<T extends string>(words: readonly T[], key: string, value: unknown, where: string): T {
  const found = words.find((word) => word.toLowerCase() === String(value).trim().toLowerCase());
  if (found) return found;
  throw usageFailure(`${where}: "${key}" takes one of ${words.join(', ')}.`);
}

function aspectIn(aspect: unknown, where: string): Aspect {
  if (typeof aspect === 'string' && isAspect(aspect)) return aspect;
  throw usageFailure(`${where}: "aspect" takes width:height, such as 16:9.`);
}

const isAspect = (text: string): text is Aspect => /^[1-9]\d?:[1-9]\d?$/.test(text);
