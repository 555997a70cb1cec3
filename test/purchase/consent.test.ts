import { describe, expect, it } from 'vitest';
import type { Failure } from '../../src/core/errors.ts';
import type { Standing } from '../../src/core/policy/budget.ts';
import { usd, ZERO } from '../../src/core/pricing/money.ts';
import { agreed, consent } from '../../src/purchase/consent.ts';
import { rejection } from '../support/failure.ts';

interface Scene {
  readonly answer?: boolean | Error;
  readonly isTerminal?: boolean;
  readonly standings?: readonly Standing[];
}

function asking({ answer = true, isTerminal = true, standings = [] }: Scene = {}) {
  const questions: string[] = [];
  const spinner = { isSilent: false };
  return {
    questions,
    spinner,
    ledger: { standings: async () => standings },
    terminal: {
      stdinIsTerminal: isTerminal,
      progress: () => {
        spinner.isSilent = true;
        return { isShown: true, update() {}, say() {}, stop: () => void (spinner.isSilent = false) };
      },
    },
    async confirm(question: string) {
      questions.push(question);
      if (!spinner.isSilent) throw new Error('the spinner writes over the question');
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

const order = (expected: string, high = expected) => ({
  model: 'nano-banana-2.1',
  expected: usd(expected),
  high: usd(high),
});
const flags = { askAbove: usd('1'), input: true };
const run = { project: null };

describe('consent to what is dear', () => {
  it('is not asked for up to the limit, and is for all orders together', async () => {
    const { questions, ...listener } = asking();
    await consent([order('0.5'), order('0.5')], run, flags, listener);
    expect(questions).toEqual([]);
    await consent([order('0.5'), order('0.6')], run, flags, listener);
    expect(questions).toEqual(['This is expected to cost $1.10. Buy it?']);
  });

  it('says what it may come to at most, where that is more', async () => {
    const { questions, ...listener } = asking();
    await consent([order('1', '1.5'), order('1', '1.5')], run, flags, listener);
    expect(questions).toEqual(['This is expected to cost $2.00, at most $3.00. Buy it?']);
  });

  it('is given by --yes, and by --max-cost where nobody can be asked', async () => {
    const { questions, ...listener } = asking({ isTerminal: false });
    await consent([order('2')], run, { ...flags, yes: true }, listener);
    await consent([order('2')], { ...run, maxCost: usd('3') }, flags, listener);
    expect(questions).toEqual([]);
    for (const maxCost of [undefined, null])
      expect(await rejection(consent([order('2')], { ...run, maxCost }, flags, listener))).toMatchObject({
        kind: 'budget',
        code: 'needs-consent',
        hint: 'Nothing was sent. Allow it with --yes, with --max-cost 2, or by a budget.',
      });
  });

  it('is given by one budget that has room for all of it', async () => {
    const scope = { per: 'day', model: null, project: null, agent: null, zone: 'UTC' } as const;
    const standing = (amount: string, used: string): Standing => ({
      budget: { ...scope, amount: usd(amount) },
      used: usd(used),
      held: ZERO,
      window: null,
    });
    const asked = async (...standings: readonly Standing[]) => {
      const { questions: _, ...listener } = asking({ isTerminal: false, standings });
      return consent([order('2')], run, flags, listener).then(
        () => 'bought',
        ({ kind }: Failure) => kind,
      );
    };
    expect(await asked(standing('5', '4'))).toBe('budget');
    expect(await asked(standing('5', '4'), standing('5', '3'))).toBe('bought');
  });

  it('is not given by --max-cost where somebody says no', async () => {
    const { questions: _, ...listener } = asking({ answer: false });
    const refused = consent([order('2')], { ...run, maxCost: usd('3') }, flags, listener);
    expect(await rejection(refused)).toMatchObject({ kind: 'cancelled', charged: 'no' });
  });

  it('asks nobody where standard input is no terminal, or --no-input is given', async () => {
    for (const [isTerminal, input] of [
      [false, true],
      [true, false],
    ] as const) {
      const scene = asking({ isTerminal });
      expect([await agreed('Buy it?', input, scene), scene.questions]).toEqual([false, []]);
    }
  });

  it('gives the line back to the spinner, whatever the answer', async () => {
    for (const answer of [true, false, new Error('the terminal is gone')]) {
      const scene = asking({ answer });
      await agreed('Buy it?', true, scene).catch(() => {});
      expect([scene.questions, scene.spinner.isSilent]).toEqual([['Buy it?'], false]);
    }
  });
});
