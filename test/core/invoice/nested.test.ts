import { describe, expect, it } from 'vitest';
import { creditsIn, labelsIn } from '../../../src/core/invoice/nested.ts';

describe('the credits of a line', () => {
  it.each([
    ['', 0n],
    ['[]', 0n],
    ['-0.10', -100_000_000n],
    ['[{"name":"Trial","amount":-0.1},{"amount":"-0.05"}]', -150_000_000n],
    ['[{"amount":-1.5E-7}]', -150n],
    ['[{"name":"Trial"},{"amount":null},{"amount":true},{"amount":"free"},null,3]', 0n],
    ['{"amount":-0.1}', 0n],
    ['[{"amount":-0.1}', 0n],
    ['none', 0n],
  ])('%s come to %d nano-dollars', (cell, amount) => {
    expect(creditsIn(cell)).toBe(amount);
  });
});

describe('the labels of a line', () => {
  it.each([
    ['', {}],
    ['[]', {}],
    ['{}', {}],
    ['[{"key":"team","value":"web"},{"key":"env","value":"prod"}]', { team: 'web', env: 'prod' }],
    ['{"team":"web","size":2}', { team: 'web', size: '2' }],
    ['null', {}],
    ['"team"', {}],
    ['team=web', {}],
  ])('%s are %j', (cell, labels) => {
    expect(labelsIn(cell)).toEqual(labels);
  });
});
