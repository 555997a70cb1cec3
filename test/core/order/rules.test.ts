import { describe, expect, it } from 'vitest';
import {
  ORDER_GROUNDS,
  PICTURE_GROUNDS,
  ruleFor,
  rulesIn,
  type Subject,
} from '../../../src/core/order/rules.ts';

const RULES = rulesIn(
  'label hero and size 4k → nano-banana-2.1; label hero -> Nano Banana Pro\nproject shop* => lite-of-nobody; else cheapest'.replace(
    'lite-of-nobody',
    'nano-banana-2-lite',
  ),
  ORDER_GROUNDS,
);

describe("rules of one's own", () => {
  it.each<[Subject, string]>([
    [{ labels: ['hero'], size: '4K' }, 'nano-banana-2.1'],
    [{ labels: ['draft', 'hero'] }, 'Nano Banana Pro'],
    [{ project: 'shop-eu' }, 'nano-banana-2-lite'],
    [{ project: 'shop/eu' }, 'auto'],
    [{}, 'auto'],
  ])('choose for %j the model of the first that is met', (subject, model) => {
    expect(ruleFor(RULES, subject)?.model).toBe(model);
  });

  it('leave alone what meets none of them', () => {
    expect(ruleFor(rulesIn('label hero -> pro', ORDER_GROUNDS), {})).toBeNull();
  });

  it('take 1K for the size of an order that says none', () => {
    expect(ruleFor(rulesIn('size 1K -> pro', ORDER_GROUNDS), { size: null })?.text).toBe('size 1K -> pro');
  });

  it('go by what a model must be able to do, by its old name too', () => {
    const rules = rulesIn('needs text -> pro; needs edit -> nano-banana-2.1', PICTURE_GROUNDS);
    expect(ruleFor(rules, { needs: ['commentary'] })?.model).toBe('pro');
    expect(ruleFor(rules, { needs: ['search', 'edit'] })?.model).toBe('nano-banana-2.1');
  });

  it('may name a model that is gone, which whoever meets the rule is told', () => {
    expect(rulesIn('else imagen-3', ORDER_GROUNDS)).toMatchObject([{ model: 'imagen-3', when: [] }]);
  });

  it.each([
    ['label hero nano-banana-pro', /is no rule/],
    ['-> pro', /is no rule/],
    ['label hero -> pro -> lite', /is no rule/],
    ['colour red -> pro', /goes by "colour"/],
    ['label -> pro', /goes by "label"/],
    ['id hero -> pro', /goes by "id".*$/],
    ['size 3K -> pro', /has a size that is none of 512, 1K, 2K, 4K/],
    ['label hero -> nano-banana-por', /There is no model "nano-banana-por". Did you mean nano-banana-pro\?/],
    ['else cheapest; label hero -> pro', /"label hero -> pro" stands behind the rule for everything else/],
  ])('are refused with what would be right: %s', (text, message) => {
    expect(() => rulesIn(text, ORDER_GROUNDS)).toThrow(message);
  });
});
