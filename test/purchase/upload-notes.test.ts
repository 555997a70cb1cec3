import { expect, it } from 'vitest';
import { uploadNotes } from '../../src/purchase/upload-notes.ts';

it.each([
  [{ isNew: true }, 'upload cat.png (2.0 MB) goes to the Files API, where it stays for 48 hours'],
  [{ isNew: false }, 'upload cat.png is at the Files API already'],
  [{ isNew: true, arrived: 500_000 }, 'upload cat.png is on its way: 500 kB of 2.0 MB'],
  [{ isNew: true, arrived: 2_000_000 }, 'upload cat.png is there, and the Files API still takes it in'],
])('an upload that is %j is told', (state, line) => {
  const notes: string[] = [];
  const note = uploadNotes({ note: (text) => void notes.push(text) });
  note({ name: 'cat.png', bytes: 2_000_000, ...state });
  expect(notes).toEqual([line]);
});
