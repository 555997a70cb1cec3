import type { Style, TerminalOptions } from '../ports/index.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Escape codes that begin and end a style. */
const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

export function styled(style: Style, text: string): string {
  const [begin, end] = CODES[style];
  return `\u001B[${begin}m${text}\u001B[${end}m`;
}

/** Takes out what `styled` put in. */
export function unstyled(text: string): string {
  // eslint-disable-next-line no-control-regex -- the escape character is the point
  return text.replace(/\u001B\[(?:1|2|22|3[1236]|39)m/g, '');
}

/** Whether one stream is coloured: the flag decides, then NO_COLOR, then FORCE_COLOR, then what the stream is. */
export function isColored(stream: { isTTY?: boolean }, env: Env, color: TerminalOptions['color']): boolean {
  if (color !== 'auto') return color === 'always';
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return !isOff(env['FORCE_COLOR']);
  return isLively(stream, env);
}

/** Whether a line that keeps changing makes sense on this stream. */
export function isAnimated(stream: { isTTY?: boolean }, env: Env): boolean {
  return !env['NO_COLOR'] && isLively(stream, env);
}

/** A terminal that a person watches. */
function isLively(stream: { isTTY?: boolean }, env: Env): boolean {
  const inCi = env['CI'] !== undefined && env['CI'] !== '' && !isOff(env['CI']);
  return stream.isTTY === true && !inCi && env['TERM'] !== 'dumb';
}

const isOff = (value: string): boolean => value === '0' || value.toLowerCase() === 'false';
