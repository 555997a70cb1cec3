import { expect, it } from 'vitest';
import { DOORS } from './doors.ts';
import { ROWS } from './rows/index.ts';
import { doorsOf } from './scenario.ts';
import { FAILING } from './todo.ts';

const cells = new Set(ROWS.flatMap((row) => doorsOf(row).map((door) => `${row.name}, by ${door}`)));

it('has a name of its own for every scenario', () => {
  expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
});

it('goes through every door', () => {
  expect(new Set(ROWS.flatMap(doorsOf))).toEqual(new Set(DOORS));
});

it('lists no cell that fails today which is not there, and none twice', () => {
  const listed = FAILING.flatMap(({ doors, scenarios }) =>
    scenarios.flatMap((name) => doors.map((door) => `${name}, by ${door}`)),
  );
  expect(listed.filter((cell) => !cells.has(cell))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
});
