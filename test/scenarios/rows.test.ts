import { expect, it } from 'vitest';
import { DOORS } from './doors.ts';
import { POSTGRES } from './ledgers.ts';
import { ROWS } from './rows/index.ts';
import { doorsOf } from './scenario.ts';

it('has a name of its own for every scenario', () => {
  expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
});

it('goes through every door', () => {
  expect(new Set(ROWS.flatMap((row) => doorsOf(row, POSTGRES)))).toEqual(new Set(DOORS));
});
