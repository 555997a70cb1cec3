import { expect, it } from 'vitest';
import { isHere } from '../../../src/purchase/batch/is-here.ts';

const HERE = { baseUrl: 'https://google.example', account: 'google.example#0123456789ab' };

it.each([
  ['this key has made at this API', {}, true],
  ['an earlier release wrote down without a key', { account: null }, true],
  ['another key has made', { account: 'google.example#ba9876543210' }, false],
  ['another API has', { baseUrl: 'https://gateway.example' }, false],
  ['another API has, of whatever key', { baseUrl: 'https://gateway.example', account: null }, false],
])('takes a job for its own that %s, or not', (_, changes, isOurs) => {
  expect(isHere({ ...HERE, ...changes }, HERE)).toBe(isOurs);
});
