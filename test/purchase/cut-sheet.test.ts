import { describe, expect, it } from 'vitest';
import type { SavePlan } from '../../src/ports/index.ts';
import { cutSheet, uncut } from '../../src/purchase/cut-sheet.ts';
import type { Paid } from '../../src/purchase/types.ts';
import { rejection } from '../support/failure.ts';
import { fakePictureFiles } from '../support/fakes/picture-files.ts';
import { fakePicture, fakePictures } from '../support/fakes/pictures.ts';
import { fakeSaver } from '../support/fakes/saver.ts';
import { anImage, aPlan } from '../support/purchases.ts';

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

describe('the cells of a sheet', () => {
  const GRID = { columns: 2, rows: 1 };
  const cell = Uint8Array.from(fakePicture('png', 2, 2, 'cell'));
  const labelled = Uint8Array.from(fakePicture('png', 2, 2, 'labelled'));
  const paid = { plan: aPlan(), bill: null };

  async function cells(save: Partial<SavePlan>, paidFor: Paid | null, info?: null) {
    const pictures = fakePictures();
    const saver = fakeSaver({
      pictureFiles: fakePictureFiles(),
      pictures: {
        ...pictures,
        cut: async () => ({ cells: [cell, null] }),
        label: () => labelled,
        inspect: info === null ? async () => null : pictures.inspect,
      },
    });
    const sheet = { bytes: fakePicture('png', 4, 2), saved: anImage({ path: 'sheet.png' }) };
    const saved = await cutSheet(sheet, GRID, { ...aPlan().save, ...save }, saver, paidFor);
    const [first] = saved.cells ?? [];
    return { uncut: saved.uncut, read: first && (await saver.pictureFiles.read(first.path)) };
  }

  it('carry the facts of their purchase where that is asked for and known', async () => {
    expect(await cells({ embed: true }, paid)).toEqual({
      uncut: '1 of the 2 cells of sheet.png came empty.',
      read: labelled,
    });
    expect(await cells({ embed: true }, null)).toMatchObject({ read: cell });
    expect(await cells({}, paid)).toMatchObject({ read: cell });
  });

  it('are none where what was cut out does not decode', async () => {
    expect(await rejection(cells({}, paid, null))).toMatchObject({ kind: 'disk' });
  });
});
