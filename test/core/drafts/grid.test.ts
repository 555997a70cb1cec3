import { describe, expect, it } from 'vitest';
import { cellAspect, cellNumber, gridIn, gridName, sheetShape } from '../../../src/core/drafts/grid.ts';
import { developPrompt, sheetPrompt, wordsIn } from '../../../src/core/drafts/prompt.ts';

describe('a grid', () => {
  it.each([
    ['4x4', { columns: 4, rows: 4 }],
    [' 2 x 1', { columns: 2, rows: 1 }],
    ['3×8', { columns: 3, rows: 8 }],
  ])('is read out of "%s"', (text, grid) => {
    expect(gridIn(text)).toEqual(grid);
  });

  it.each(['1x1', '9x2', '0x4', '4', '4x', '4x4x4', '-2x2', ''])('is not "%s"', (text) => {
    expect(gridIn(text)).toBeNull();
  });

  it('has a name that it can be read out of', () => {
    expect(gridName({ columns: 4, rows: 3 })).toBe('4x3');
  });

  it('numbers its cells so that a folder lists them in order', () => {
    const numbers = [1, 9, 10, 16].map((cell) => cellNumber(cell, { columns: 4, rows: 4 }));
    expect(numbers).toEqual(['01', '09', '10', '16']);
    expect(cellNumber(3, { columns: 3, rows: 3 })).toBe('3');
  });

  it('has the aspect of its cells where it is square, and otherwise a shape to come near to', () => {
    expect(sheetShape({ columns: 3, rows: 3 }, '16:9')).toEqual({ aspect: '16:9' });
    expect(sheetShape({ columns: 4, rows: 2 }, '2:3')).toEqual({
      aspect: null,
      like: { width: 8, height: 6 },
    });
    expect(sheetShape({ columns: 4, rows: 2 }, null)).toEqual({
      aspect: null,
      like: { width: 4, height: 2 },
    });
    expect(cellAspect({ columns: 4, rows: 2 }, '4:3')).toBe('2:3');
  });
});

describe('a prompt for drafts', () => {
  it('names the grid and has the words last, on their own', () => {
    const prompt = sheetPrompt('a cat\n\nin a hat', { columns: 4, rows: 3 });
    expect(prompt).toMatch(/^Draw one sheet of 12 .* 4 columns and 3 rows/);
    expect(prompt.endsWith('\n\na cat\n\nin a hat')).toBe(true);
  });

  it.each([
    ['a sheet', sheetPrompt('a cat\n\nin a hat', { columns: 2, rows: 2 })],
    ['a large sheet', sheetPrompt('a cat\n\nin a hat', { columns: 8, rows: 8 })],
    ['a developed draft', developPrompt('a cat\n\nin a hat')],
    ['a picture', 'a cat\n\nin a hat'],
  ])('gives the words back that %s was asked for with', (_, prompt) => {
    expect(wordsIn(prompt)).toBe('a cat\n\nin a hat');
  });

  it('gives words back whole that speak of one', () => {
    const words = `a poster that says: ${developPrompt('a cat')}`;
    expect(wordsIn(words)).toBe(words);
  });
});
