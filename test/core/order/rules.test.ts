import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import {
  blaming,
  ORDER_GROUNDS,
  PICTURE_GROUNDS,
  ruleFor,
  rulesIn,
  type Subject,
} from '../../../src/core/order/rules.ts';

// Within a test, so that one of them fails where they cannot be read.
const rules = () =>
  rulesIn(
    'label hero and size 4k → nano-banana-2.1; label  hero -> Nano Banana Pro\nproject shop*=>nano-banana-2-lite; ELSE → cheapest',
    ORDER_GROUNDS,
  );

describe("rules of one's own", () => {
  it.each<[Subject, string]>([
    [{ labels: ['hero'], size: '4K' }, 'nano-banana-2.1'],
    [{ labels: ['draft', 'hero'] }, 'Nano Banana Pro'],
    [{ project: 'shop-eu' }, 'nano-banana-2-lite'],
    [{ project: 'shop/eu' }, 'auto'],
    [{ labels: ['hero'], size: '1K' }, 'Nano Banana Pro'],
    [{ labels: ['draft'], size: '4K' }, 'auto'],
    [{}, 'auto'],
  ])('choose for %j the model of the first that is met', (subject, model) => {
    expect(ruleFor(rules(), subject)?.model).toBe(model);
  });

  it('leave alone what meets none of them', () => {
    expect(ruleFor(rulesIn('label * -> pro', ORDER_GROUNDS), {})).toBeNull();
    expect(ruleFor(rulesIn('needs edit -> pro', ORDER_GROUNDS), { inputs: [] })).toBeNull();
    expect(ruleFor(rulesIn('label hero -> pro', ORDER_GROUNDS), {})).toBeNull();
    expect(ruleFor(rulesIn('project * -> pro', ORDER_GROUNDS), { project: '' })).toBeNull();
    expect(ruleFor(rulesIn('project * -> pro', ORDER_GROUNDS), { id: 'hero' })).toBeNull();
  });

  it('are read in any case, one a line or behind a semicolon', () => {
    const rules = rulesIn(
      '\n LABEL Big Hero AND Size 4k -> pro ;;\nneeds TEXT=>lite\n\nelse->auto\n',
      ORDER_GROUNDS,
    );
    expect(rules.map(({ model, text }) => [model, text])).toEqual([
      ['pro', 'LABEL Big Hero AND Size 4k -> pro'],
      ['lite', 'needs TEXT=>lite'],
      ['auto', 'else->auto'],
    ]);
    expect(rules.map(({ when }) => when.map(({ ground }) => ground))).toEqual([
      ['label', 'size'],
      ['needs'],
      [],
    ]);
    expect(rulesIn('', ORDER_GROUNDS)).toEqual([]);
  });

  it('may have more than one space between their words, and their words within others', () => {
    const rules = rulesIn(
      'label  hero  and   size   4K -> pro; label something-else -> lite; label the android -> nano-banana',
      ORDER_GROUNDS,
    );
    expect(ruleFor(rules, { labels: ['hero'], size: '4K' })?.model).toBe('pro');
    expect(ruleFor(rules, { labels: ['something-else'] })?.model).toBe('lite');
    expect(ruleFor(rules, { labels: ['the android'] })?.model).toBe('nano-banana');
    expect(ruleFor(rules, {})).toBeNull();
  });

  it('go by the id of a picture, whole or in part', () => {
    const rules = rulesIn('id hero/* -> pro', PICTURE_GROUNDS);
    expect(ruleFor(rules, { id: 'hero/left' })?.model).toBe('pro');
    expect(ruleFor(rules, { id: 'the-hero/left' })).toBeNull();
    expect(ruleFor(rules, {})).toBeNull();
  });

  it('take 1K for the size of an order that says none', () => {
    expect(ruleFor(rulesIn('size 1K -> pro', ORDER_GROUNDS), { size: null })?.text).toBe('size 1K -> pro');
  });

  it('go by what a model must be able to do, by its old name too', () => {
    const rules = rulesIn('needs text -> pro; needs edit -> nano-banana-2.1', PICTURE_GROUNDS);
    expect(ruleFor(rules, { needs: ['commentary'] })?.model).toBe('pro');
    expect(ruleFor(rules, { needs: ['search', 'edit'] })?.model).toBe('nano-banana-2.1');
    expect(ruleFor(rules, { inputs: ['a picture'] })?.model).toBe('nano-banana-2.1');
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
    [
      'label hero -> nano-banana-por',
      /names no model that there is\. There is no model "nano-banana-por"\. Did you mean nano-banana-pro\? pixtab models lists what there is\.$/,
    ],
    ['needs wings -> pro', /has a needs that is none of /],
    ['label hero -> pro; something else', /"something else" is no rule/],
    ['elsewhere hero -> pro', /goes by "elsewhere"\.$/],
    ['label hero -> ', /is no rule/],
    ['label hero and -> pro', /goes by ""\.$/],
    ['else', /"else" is no rule\.$/],
    ['else cheapest; label hero -> pro', /"label hero -> pro" stands behind the rule for everything else/],
  ])('are refused with what would be right: %s', (text, message) => {
    expect(() => rulesIn(text, ORDER_GROUNDS)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: expect.stringMatching(message),
        hint: 'Rules are such as "label hero -> nano-banana-pro; else cheapest", and go by label, project, size, needs.',
      }),
    );
  });

  it('are blamed for what they ask for, and nothing else is', () => {
    const failure = new Failure('usage', 'It makes no 4K.');
    expect(blaming(failure, 'size 4K -> lite').message).toBe(
      'It makes no 4K. The rule "size 4K -> lite" asks for it.',
    );
    expect(blaming(failure, null)).toBe(failure);
  });
});
