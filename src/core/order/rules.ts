import { findModel, isAuto } from '../catalogue/catalogue.ts';
import { ABILITIES, abilityNow, SIZES, type Ability, type Size } from '../catalogue/model.ts';
import { Failure, restated, usageFailure } from '../errors.ts';
import { globOf } from '../text/glob.ts';
import { excerpt } from '../text/text.ts';
import { attempt } from './route.ts';

// Rules of one's own say which model makes what, where none is named: "label hero -> nano-banana-pro; else cheapest".

/** What an order is known by to a rule. */
export interface Subject {
  readonly labels?: readonly string[] | undefined;
  readonly project?: string | null | undefined;
  /** Of a picture of a manifest. */
  readonly id?: string | undefined;
  readonly size?: Size | null | undefined;
  readonly needs?: readonly Ability[] | undefined;
  /** Pictures that go along, which are to be changed. */
  readonly inputs?: readonly unknown[] | undefined;
}

/** What a rule may go by: for a purchase from the command line, and for a picture of a manifest. */
export const ORDER_GROUNDS = ['label', 'project', 'size', 'needs'] as const;
export const PICTURE_GROUNDS = ['label', 'id', 'size', 'needs'] as const;
type Ground = (typeof ORDER_GROUNDS | typeof PICTURE_GROUNDS)[number];

/** What is made where no size is asked for. */
const USUAL_SIZE: Size = '1K';

export interface Rule {
  /** All of them must be so; none is the rule for everything else. */
  readonly when: readonly { readonly ground: Ground; readonly isMet: (word: string) => boolean }[];
  /** An id, an alias, or auto. */
  readonly model: string;
  /** As it was written. */
  readonly text: string;
}

/** The first rule that an order meets; null where it meets none. */
export function ruleFor(rules: readonly Rule[], subject: Subject): Rule | null {
  const words: Record<Ground, readonly string[]> = {
    label: subject.labels ?? [],
    project: present(subject.project),
    id: present(subject.id),
    size: [subject.size ?? USUAL_SIZE],
    needs: [...(subject.needs ?? []), ...(subject.inputs?.length ? ['edit'] : [])],
  };
  return rules.find(({ when }) => when.every(({ ground, isMet }) => words[ground].some(isMet))) ?? null;
}

const present = (word: string | null | undefined): readonly string[] => (word ? [word] : []);

/** A failure of what a rule asks for. */
export const blaming = (failure: Failure, rule: string | null): Failure =>
  rule === null
    ? failure
    : restated(failure, { message: `${failure.message} The rule "${excerpt(rule, 80)}" asks for it.` });

/** Reads rules as people write them, one after the other. Failure `usage` with what would be right. */
export function rulesIn(text: string, grounds: readonly Ground[]): readonly Rule[] {
  const parts = text
    .split(/[;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const rules = parts.map((part) => ruleIn(part, grounds));
  const last = rules.findIndex(({ when }) => when.length === 0);
  const unreached = last === -1 ? undefined : rules[last + 1];
  if (unreached) throw wrong(unreached.text, 'stands behind the rule for everything else', grounds);
  return rules;
}

const ARROW = /\s*(?:->|=>|→)\s*/;

function ruleIn(text: string, grounds: readonly Ground[]): Rule {
  const [, otherwise] = /^else\b\s*(?:->|=>|→)?\s*(.+)/i.exec(text) ?? [];
  if (otherwise !== undefined) return { when: [], model: modelIn(otherwise, text, grounds), text };
  const [conditions = '', model = '', more] = text.split(ARROW);
  if (conditions === '' || model === '' || more !== undefined) throw wrong(text, 'is no rule', grounds);
  const when = conditions.split(/\s+and(?:\s|$)/i).map((condition) => {
    const [, name = '', pattern = ''] = /(\S+)\s+(.+)/.exec(condition) ?? [];
    const ground = grounds.find((one) => one === name.toLowerCase());
    if (ground === undefined) throw wrong(text, `goes by "${excerpt(name || condition, 40)}"`, grounds);
    return { ground, isMet: testFor(ground, pattern, text, grounds) };
  });
  return { when, model: modelIn(model, text, grounds), text };
}

function testFor(
  ground: Ground,
  pattern: string,
  text: string,
  grounds: readonly Ground[],
): (word: string) => boolean {
  if (ground === 'size' || ground === 'needs') {
    const known: readonly string[] = ground === 'size' ? SIZES : ABILITIES;
    const spelled = ground === 'size' ? pattern.toUpperCase() : abilityNow(pattern.toLowerCase());
    if (!known.includes(spelled))
      throw wrong(text, `has a ${ground} that is none of ${known.join(', ')}`, grounds);
    return (word) => word === spelled;
  }
  const glob = globOf(pattern);
  return (word) => glob.test(word);
}

/** A model that is gone is a rule that cannot be followed; whoever meets it is told. */
function modelIn(name: string, text: string, grounds: readonly Ground[]): string {
  if (isAuto(name)) return 'auto';
  const found = attempt(() => findModel(name));
  if (!(found instanceof Failure) || found.kind !== 'usage') return name;
  throw wrong(text, `names no model that there is. ${[found.message, found.hint].join(' ')}`, grounds);
}

function wrong(text: string, why: string, grounds: readonly Ground[]): Failure {
  const [first] = grounds;
  return usageFailure(
    `The rule "${excerpt(text, 80)}" ${why.replace(/[.?]$/, '')}.`,
    `Rules are such as "${first} hero -> nano-banana-pro; else cheapest", and go by ${grounds.join(', ')}.`,
  );
}
