import { cellCount, type Grid } from './grid.ts';

/**
 * Asks for one picture of many drafts. Gutters are black and thick because a cut needs lines that no draft crosses, and
 * few drafts are black along all of an edge.
 */
export function sheetPrompt(words: string, grid: Grid): string {
  const { columns, rows } = grid;
  const instruction = [
    `Draw one sheet of ${cellCount(grid)} different drafts of the same picture, as a regular grid of ${columns} columns and ${rows} rows of cells of one size.`,
    'Straight gutters of solid pure black, each about a fortieth of the sheet thick, separate all neighbouring cells and run from edge to edge of the sheet.',
    'Nothing crosses a gutter, nothing is written on the sheet, and no cell is left empty.',
    'Each cell is a whole picture of its own that tries another composition, viewpoint, light or mood.',
    'Every cell shows:',
  ].join(' ');
  return `${instruction}\n\n${words}`;
}

/** Asks for a draft, which is sent along, as a finished picture. */
export const developPrompt = (words: string): string =>
  `Draw the attached draft again as a finished picture: keep its subject, composition, colours, light and style exactly as they are, and add the sharp detail that its small size left out. It was drawn for:\n\n${words}`;

/** What stands before the words in a prompt of the two above, in all releases. */
const INSTRUCTION = /^Draw (?:one sheet of \d+ different drafts|the attached draft again) [^\n]*:\n\n/;

/** The words that the user gave, whatever was made of them. */
export const wordsIn = (prompt: string): string => prompt.replace(INSTRUCTION, '');
