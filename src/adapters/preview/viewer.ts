import type { Viewer } from '../../ports/index.ts';
import { blocks } from './blocks.ts';
import { iterm } from './iterm.ts';
import { kitty } from './kitty.ts';
import { sixel } from './sixel.ts';
import type { Screen, Way } from './types.ts';

/** Wider than this is no preview any more. */
const WIDEST = 80;

/** Draws pictures as text; null for each where there is no terminal to draw in. */
export async function viewer(screen: Screen): Promise<Viewer> {
  const { isTerminal, env } = screen;
  if (!isTerminal || env['TERM'] === 'dumb') return async () => null;
  const columns = Math.max(1, Math.min(screen.columns || WIDEST, WIDEST));
  const way = known(env) ?? ((await screen.attributes())?.includes(SIXEL) ? sixel : blocks);
  return (bytes) => way(bytes, columns, env);
}

// https://vt100.net/docs/vt510-rm/DA1.html, checked 2026-11-22
const SIXEL = 4;

/** By what terminals leave in the environment; a multiplexer in between must be asked for itself. */
function known(env: Screen['env']): Way | null {
  const { TERM = '', TERM_PROGRAM = '' } = env;
  if (env['TMUX'] || /^(?:screen|tmux)/.test(TERM)) return null;
  if (env['KITTY_WINDOW_ID'] || /kitty|ghostty/.test(TERM) || TERM_PROGRAM === 'ghostty') return kitty;
  if (TERM_PROGRAM === 'iTerm.app' || TERM_PROGRAM === 'WezTerm' || env['LC_TERMINAL'] === 'iTerm2') {
    return iterm;
  }
  return /^(?:foot|mlterm|contour|yaft)/.test(TERM) ? sixel : null;
}
