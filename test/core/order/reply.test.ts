import { expect, it } from 'vitest';
import { isUnread, refusalOf } from '../../../src/core/order/reply.ts';
import { aRefusal, aReply } from '../../support/pricing.ts';

it('tells what was not understood from what was refused', () => {
  expect(
    ['UNDECODABLE_IMAGE', 'UNREAD_IMAGE', 'IMAGE_SAFETY', ''].map((reason) => isUnread({ reason })),
  ).toEqual([true, true, false, false]);
});

it('is no refusal where a picture came, and NO_IMAGE where nothing says why there is none', () => {
  const beside = aReply({ refusals: [{ reason: 'IMAGE_SAFETY', message: '' }] });
  const silent = aReply({ images: [] });
  expect([beside, aRefusal('IMAGE_SAFETY'), silent].map(refusalOf)).toEqual([
    null,
    'IMAGE_SAFETY',
    'NO_IMAGE',
  ]);
});
