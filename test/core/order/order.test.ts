import { expect, it } from 'vitest';
import { portion } from '../../../src/core/order/order.ts';

it('is for some pictures alone, each with its own prompt where they differ', () => {
  const order = { prompt: 'a', prompts: ['a', 'b', 'c'], count: 3 };
  expect(portion(order, [2, 1])).toEqual({ prompt: 'c', prompts: ['c', 'b'], count: 2 });
  expect(portion({ prompt: 'a', count: 3 }, [2])).toEqual({ prompt: 'a', count: 1 });
});
