import { expect, it } from 'vitest';
import { uncut } from '../../src/purchase/cut-sheet.ts';
import { anImage } from '../support/purchases.ts';

const CELL = { ...anImage(), cell: 1 };
const whole = anImage({ uncut: 'The sheet is not cut.', cells: [] });
const holed = anImage({ uncut: '1 of the 4 cells came empty.', cells: [CELL] });
const cut = anImage({ cells: [CELL] });

it('says nothing where all cells are there', () => {
  expect(uncut([cut, anImage()])).toBeNull();
});

it.each([
  ['which cells are missing', [cut, holed, whole], { message: holed.uncut, hint: undefined }],
  [
    'what can be done with a sheet that is whole',
    [whole, holed],
    { message: whole.uncut, hint: expect.stringContaining('cut out of it by hand') },
  ],
])('says %s', (_, images, failure) => {
  expect(uncut(images)).toMatchObject({ kind: 'partial', ...failure });
});
