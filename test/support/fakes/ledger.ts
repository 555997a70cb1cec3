import { resolve } from 'node:path';
import { afterDeath, afterLoss, stateAfter } from '../../../src/core/policy/attempt-state.ts';
import type { AttemptState, AttemptStep } from '../../../src/core/policy/attempt-state.ts';
import {
  checkBudget,
  checkMaxCost,
  concerns,
  costTo,
  refusal,
  sameScope,
  withoutAllowance,
  windows,
} from '../../../src/core/policy/budget.ts';
import type { Budget, Buyer, Standing } from '../../../src/core/policy/budget.ts';
import { refusalOfOnce } from '../../../src/core/policy/once.ts';
import type { Meter } from '../../../src/core/catalogue/model.ts';
import { ENOUGH_BILLS, LATEST_BILLS, type PriceHistory } from '../../../src/core/pricing/price-history.ts';
import { sum, ZERO } from '../../../src/core/pricing/money.ts';
import type { Usd } from '../../../src/core/pricing/money.ts';
import type { SpendSlice } from '../../../src/core/pricing/spend.ts';
import { QUARTER_HOUR } from '../../../src/core/policy/calendar.ts';
import type {
  Accuracy,
  AttemptPlan,
  Clock,
  Filter,
  JobInput,
  KeyedRun,
  Ledger,
  Receipt,
  SpendQuery,
  SavedFile,
  StoredFile,
  StoredImage,
} from '../../../src/ports/index.ts';
import { fakeJobs, isInJob } from './jobs.ts';
import { fakeStore, isQueued, type FakeAttempt, type FakeRun, type FakeStore } from './ledger-state.ts';

export interface FakeLedgerOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly store?: FakeStore;
  /** Name of the process; any that is not this one is asked about. */
  readonly owner?: string;
  readonly isAlive?: (owner: string) => boolean;
  readonly hasAnswer?: (attemptId: string) => boolean;
}

/** A ledger in memory that keeps the same laws as the real one: both run the same contract. */
export function fakeLedger({
  clock,
  store = fakeStore(),
  owner = 'this process',
  isAlive = () => true,
  hasAnswer = () => false,
}: FakeLedgerOptions): Ledger {
  const { runs, attempts } = store;
  const windowOf = windows();

  /** A step of whoever has the attempt. */
  function take(attemptId: string, step: AttemptStep, why: string | null = null): FakeAttempt {
    const attempt = attempts.get(attemptId);
    const state = stateAfter(attemptId, attempt?.state ?? null, step);
    if (attempt === undefined) throw new TypeError('a step was allowed for an attempt that does not exist');
    return put(attempt, state, why);
  }

  /** A step of this process; null where another one took the attempt over, and goes on with it. */
  function takeOwn(attemptId: string, step: AttemptStep, why: string | null = null): FakeAttempt | null {
    const attempt = attempts.get(attemptId);
    if (attempt === undefined || attempt.owner === owner) return take(attemptId, step, why);
    const state = afterLoss(attempt.state, step);
    return state && put(attempt, state, why);
  }

  function put(attempt: FakeAttempt, state: AttemptState, why: string | null): FakeAttempt {
    return Object.assign(attempt, { state, why, sends: attempt.sends + (state === 'sent' ? 1 : 0) });
  }

  function receiptOf({ plan, owner: _owner, ...facts }: FakeAttempt): Receipt[] {
    const run = runs.get(plan.runId);
    if (run === undefined) return [];
    return [
      {
        ...facts,
        elsewhere: null,
        attempt: plan,
        run: {
          ...run,
          labels: sorted(run.labels),
          maxCost: run.maxCost ?? null,
          agent: run.agent ?? null,
          once: run.once ?? null,
        },
      },
    ];
  }

  const isWorkedOn = (attempt: FakeAttempt): boolean =>
    attempt.owner === owner || (attempt.owner !== NOBODY && isAlive(attempt.owner));

  function reclaim(): void {
    for (const attempt of attempts.values()) {
      if (isWorkedOn(attempt) || isInJob(attempt, store)) continue;
      if (isQueued(attempt.plan.attemptId, store)) continue;
      const state = afterDeath(attempt.state, hasAnswer(attempt.plan.attemptId));
      if (state !== null) Object.assign(attempt, { state, why: 'its process ended', owner });
    }
  }

  function standing(budget: Budget, runId: string | null): Standing {
    const window = windowOf(budget, clock.now());
    const { from, until } = window ?? { from: 0, until: Infinity };
    const counted = [...attempts.values()].filter(
      ({ plan, heldAt }) =>
        (budget.model === null || plan.model === budget.model) &&
        concerns(budget, buyerOf(runs.get(plan.runId))) &&
        (budget.per === 'run' ? plan.runId === runId : heldAt >= from && heldAt < until),
    );
    return { budget, window, used: sum(counted.map(usedBy)), held: sum(counted.map(heldBy)) };
  }

  function runOfKey(agent: string, key: string, besides: string | null = null): KeyedRun | null {
    const keyed = [...runs.values()].flatMap((run): KeyedRun[] => {
      const { runId, once } = run;
      const own = [...attempts.values()].filter(({ plan }) => plan.runId === runId);
      if (run.agent !== agent || once?.key !== key || runId === besides || own.length === 0) return [];
      return [{ runId, order: once.order, isSpent: own.some(({ state }) => state !== 'released') }];
    });
    return keyed.find(({ isSpent }) => isSpent) ?? keyed.at(-1) ?? null;
  }

  function refuseKnown(attemptId: string): void {
    if (attempts.has(attemptId)) throw new TypeError(`there is an attempt ${attemptId} already`);
  }

  function insert(plan: AttemptPlan, state: AttemptState): void {
    refuseKnown(plan.attemptId);
    const heldAt = clock.now();
    attempts.set(plan.attemptId, { ...NOTHING_KNOWN, plan, heldAt, owner, state });
  }

  function hold(plans: readonly AttemptPlan[]): void {
    reclaim();
    const [first] = plans;
    if (first === undefined) return;
    const run = runs.get(first.runId);
    if (run === undefined) throw new TypeError(`no run ${first.runId}`);
    const budgets = store.budgets.filter((budget) => concerns(budget, buyerOf(run)));
    const { agent = null, once } = run;
    const keyed = agent !== null && once ? runOfKey(agent, once.key, run.runId) : null;
    const unfit = (once && refusalOfOnce(once, keyed)) ?? withoutAllowance(buyerOf(run), budgets);
    if (unfit) throw unfit;
    const checks = budgets.map((budget) => checkBudget(standing(budget, run.runId), costTo(budget, plans)));
    if (run.maxCost) {
      const all: Budget = {
        per: 'run',
        model: null,
        project: null,
        agent: null,
        amount: run.maxCost,
        zone: 'UTC',
      };
      const { used, held } = standing(all, run.runId);
      checks.push(checkMaxCost(run.maxCost, sum([used, held]), costTo(all, plans)));
    }
    const refused = refusal(checks);
    if (refused !== null) throw refused;
    for (const { attemptId } of plans) refuseKnown(attemptId);
    for (const plan of plans) insert(plan, 'held');
  }

  /** Requests that nobody has to finish, and what only they keep of jobs. */
  function finishedBefore(before: number) {
    const jobs = [...store.jobs.values()];
    const open = new Set(
      jobs.flatMap(({ facts, items }) =>
        facts.stage === 'done' ? [] : items.map(({ attemptId }) => attemptId),
      ),
    );
    const finished = [...attempts.values()].filter(
      ({ plan, heldAt, state }) =>
        heldAt < before &&
        plan.prompt !== '' &&
        (['saved', 'released', 'unconfirmed'].includes(state) ||
          (state === 'settled' && !hasAnswer(plan.attemptId))) &&
        !open.has(plan.attemptId),
    );
    const ids = new Set(finished.map(({ plan }) => plan.attemptId));
    const all = jobs.flatMap(({ items }) => items);
    const own = all.filter(({ attemptId }) => ids.has(attemptId));
    const others = new Set(
      all.filter((item) => !own.includes(item)).flatMap(({ inputs }) => inputs.map(hashIn)),
    );
    const pictures = new Map(
      own.flatMap(({ inputs }) => inputs.map((input) => [input.sha256, input.bytes.byteLength])),
    );
    const sizes = [...pictures].flatMap(([sha256, size]) => (others.has(sha256) ? [] : [size]));
    return {
      finished,
      own,
      sum: {
        prompts: finished.length,
        pictures: sizes.length,
        bytes: sizes.reduce((sum, size) => sum + size, 0),
      },
    };
  }

  return {
    jobs: fakeJobs({
      store,
      clock,
      owner,
      isAlive,
      hold,
      holdAnyway: (plans) => plans.forEach((plan) => insert(plan, 'held')),
      take,
    }),
    async begin(run) {
      runs.set(run.runId, { ...run, outcome: null });
    },
    hold: async (plans) => hold(plans),
    sending: async (attemptId) => void takeOwn(attemptId, 'sending'),
    unsent: async (attemptId) => void takeOwn(attemptId, 'unsent'),
    replied: async (attemptId) => void takeOwn(attemptId, 'replied'),
    async settle(attemptId, bill, refusal = null) {
      const attempt = takeOwn(attemptId, 'settle');
      if (attempt) Object.assign(attempt, { bill: { ...bill, settledAt: clock.now() }, refusal });
    },
    async saved(attemptId, images, differences = []) {
      const attempt = takeOwn(attemptId, 'saved');
      if (attempt === null) return;
      if (images.length > 0) attempt.refusal = null;
      attempt.differences = differences;
      const stored = <File extends SavedFile>(file: File) => ({
        ...file,
        attemptId,
        absolutePath: file.path === '-' ? '-' : resolve(attempt.plan.save.cwd, file.path),
        savedAt: clock.now(),
      });
      attempt.images = images.map(({ uncut: _, cells = [], ...image }) => ({
        ...stored(image),
        ...(cells.length > 0 && { cells: cells.map(stored) }),
      }));
    },
    async release(attemptId, why, as) {
      const attempt = takeOwn(attemptId, 'release', why);
      if (attempt) attempt.releasedAs = as;
    },
    unconfirm: async (attemptId, why) => void takeOwn(attemptId, 'unconfirm', why),
    async decide(attemptId, bill, who) {
      const at = clock.now();
      if (bill === null)
        Object.assign(take(attemptId, 'absolve', 'said not to be charged'), {
          releasedAs: 'unconfirmed',
          decision: { charged: 'no', who, at },
        });
      else
        Object.assign(take(attemptId, 'charge'), {
          bill: { ...bill, settledAt: at },
          decision: { charged: 'yes', who, at },
        });
    },
    async end(runId, outcome) {
      const run = runs.get(runId);
      if (run !== undefined) run.outcome = outcome;
    },

    async claim(plan) {
      const known = attempts.get(plan.attemptId);
      if (known === undefined) {
        const { runId } = plan;
        if (!runs.has(runId)) {
          const labels: readonly string[] = [];
          runs.set(runId, {
            runId,
            command: 'recover',
            at: clock.now(),
            project: null,
            labels,
            outcome: null,
          });
        }
        insert(plan, 'replied');
        return 'replied';
      }
      if (known.owner !== owner && isWorkedOn(known)) return null;
      known.owner = owner;
      return known.state;
    },
    async handOver(attemptId) {
      const attempt = attempts.get(attemptId);
      if (attempt?.owner === owner && attempt.state === 'settled') attempt.owner = NOBODY;
    },
    async letGo(host) {
      const theirs = [...attempts.values()].filter(
        (attempt) => attempt.owner === host && host !== owner && !isInJob(attempt, store),
      );
      const become = (wanted: AttemptState): number =>
        theirs.filter((attempt) => {
          const to = afterDeath(attempt.state, hasAnswer(attempt.plan.attemptId));
          if (to === wanted) Object.assign(attempt, { state: to, owner });
          return to === wanted;
        }).length;
      for (const job of store.jobs.values()) if (job.owner === host && host !== owner) job.owner = null;
      return { released: become('released'), unconfirmed: become('unconfirmed') };
    },
    quoteSecret: async (fresh) => (store.quoteSecret ??= fresh),
    async setBudget(budget) {
      store.budgets = [...store.budgets.filter((other) => !sameScope(other, budget)), budget];
    },
    async removeBudget(scope) {
      const before = store.budgets;
      store.budgets = before.filter((other) => !sameScope(other, scope));
      return store.budgets.length < before.length;
    },

    async forget(before) {
      const { finished, own, sum } = finishedBefore(before);
      for (const attempt of finished) attempt.plan = { ...attempt.plan, prompt: '', asked: undefined };
      for (const item of own) Object.assign(item, { request: null, inputs: [] });
      return sum;
    },
    forgettable: async (before) => finishedBefore(before).sum,

    async holders() {
      const theirs = [...attempts.values()].filter(
        (attempt) => attempt.owner !== owner && heldBy(attempt) > 0n && !isInJob(attempt, store),
      );
      return [...new Set(theirs.map((attempt) => attempt.owner))].map((host) => {
        const own = theirs.filter((attempt) => attempt.owner === host);
        const heardAt = Math.max(...own.map((attempt) => attempt.heldAt));
        return { host, requests: own.length, held: sum(own.map(heldBy)), heardAt };
      });
    },
    standings: async () => store.budgets.map((budget) => standing(budget, null)),
    spending: async (query) => slices([...attempts.values()], runs, query),
    accuracy: async (filter) =>
      accuracyOf([...attempts.values()].filter((attempt) => isAsked(attempt, runs, filter))),
    priceHistory: async (model, size) => historyOf([...attempts.values()], model, size),
    async receipts({ by, value }) {
      const found = [...attempts.values()].filter(({ plan, images }) => {
        if (by === 'run') return plan.runId === value;
        if (by === 'start of an id') return plan.attemptId.startsWith(value) || plan.runId.startsWith(value);
        if (by === 'attempt') return plan.attemptId === value;
        return images
          .flatMap(filesOf)
          .some((file) => (by === 'path' ? file.absolutePath : file.sha256) === value);
      });
      return found.flatMap(receiptOf);
    },
    count: async (filter) => [...attempts.values()].filter((one) => isAsked(one, runs, filter)).length,
    runOfKey: async (agent, key) => runOfKey(agent, key),
    async history({ limit, skip = 0, after, ...filter }) {
      const newest = [...attempts.values()].toReversed();
      const from = newest.findIndex(({ plan }) => plan.attemptId === after) + 1;
      return newest
        .slice(from)
        .filter((attempt) => isAsked(attempt, runs, filter))
        .slice(skip, skip + limit)
        .flatMap(receiptOf);
    },
    async filings() {
      const all = [...runs.values()];
      return {
        projects: [...new Set(all.flatMap(({ project }) => project ?? []))],
        labels: [...new Set(all.flatMap(({ labels }) => labels))],
        agents: [...new Set(all.flatMap(({ agent }) => agent ?? []))],
      };
    },
    async savedImages() {
      const newest = new Map<string, StoredFile>();
      for (const { images } of attempts.values()) {
        for (const image of images.flatMap(filesOf))
          if (image.absolutePath !== '-') newest.set(image.absolutePath, image);
      }
      return [...newest.values()].toSorted((a, b) => (a.absolutePath < b.absolutePath ? -1 : 1));
    },
    abandoned: async (attemptIds) =>
      attemptIds.filter((attemptId) => {
        const attempt = attempts.get(attemptId);
        return attempt === undefined || !isWorkedOn(attempt);
      }),
    contradictions: async () => [],
    async close() {},
  };
}

const buyerOf = (run: FakeRun | undefined): Buyer => ({
  project: run?.project ?? null,
  agent: run?.agent ?? null,
});

const hashIn = ({ sha256 }: JobInput): string => sha256;

const usedBy = ({ state, bill, plan }: FakeAttempt): Usd =>
  state === 'unconfirmed' ? plan.expected : (bill?.amount ?? ZERO);

const heldBy = ({ state, plan }: FakeAttempt): Usd =>
  state === 'held' || state === 'sent' || state === 'replied' ? plan.high : ZERO;

const sorted = (labels: readonly string[]): readonly string[] => [...new Set(labels)].toSorted();

/** Has what its process could not finish. */
const NOBODY = 'nobody';

const NOTHING_KNOWN = {
  why: null,
  refusal: null,
  releasedAs: null,
  decision: null,
  sends: 0,
  bill: null,
  images: [],
  differences: [],
};

function isAsked(
  { plan, heldAt, state, refusal }: FakeAttempt,
  runs: ReadonlyMap<string, FakeRun>,
  { since, until, model, project, lane, label, run: runId, agent, only = [], words = [] }: Filter,
): boolean {
  const run = runs.get(plan.runId);
  const end = (state === 'settled' || state === 'saved') && refusal !== null ? 'refused' : state;
  return (
    (since === null || heldAt >= since) &&
    (until === null || heldAt < until) &&
    (model ?? plan.model) === plan.model &&
    (project ?? run?.project) === run?.project &&
    (lane ?? plan.lane) === plan.lane &&
    (label === undefined || run?.labels.includes(label) === true) &&
    (runId ?? plan.runId) === plan.runId &&
    words.every((word) => plan.prompt.toLowerCase().includes(word.toLowerCase())) &&
    (agent === undefined || run?.agent === agent) &&
    (only.length === 0 || only.some((one) => one === end))
  );
}

function slices(
  attempts: readonly FakeAttempt[],
  runs: ReadonlyMap<string, FakeRun>,
  { by, ...filter }: SpendQuery,
): readonly SpendSlice[] {
  return attempts.flatMap((attempt): SpendSlice[] => {
    const { plan, heldAt, bill, images, state } = attempt;
    const run = runs.get(plan.runId);
    const quarter = Math.floor(heldAt / QUARTER_HOUR) * QUARTER_HOUR;
    const labels = sorted(run?.labels ?? []);
    const keys = {
      time: String(quarter),
      model: plan.model,
      project: run?.project ?? '',
      lane: plan.lane,
      labels: JSON.stringify(labels),
      run: plan.runId,
      gateway: attempt.plan.gateway ?? '',
      account: attempt.plan.account ?? '',
      refusal: attempt.refusal ?? '',
      agent: run?.agent ?? '',
    };
    const isCounted = bill !== null || state === 'unconfirmed' || heldBy(attempt) > 0n;
    if (!isCounted || !isAsked(attempt, runs, filter)) return [];
    return [
      {
        key: keys[by],
        settled: bill?.amount ?? ZERO,
        unconfirmed: state === 'unconfirmed' ? plan.expected : ZERO,
        held: heldBy(attempt),
        requests: bill === null ? 0 : 1,
        unconfirmedRequests: state === 'unconfirmed' ? 1 : 0,
        images: images.length,
      },
    ];
  });
}

export function historyOf(
  attempts: readonly FakeAttempt[],
  model: string,
  size: string,
): PriceHistory | null {
  const bills = attempts
    .filter(({ plan, images, bill }) => {
      const isLike = plan.model === model && plan.size === size;
      return isLike && images.length > 0 && bill?.basis === 'metered';
    })
    .toSorted((a, b) => b.heldAt - a.heldAt)
    .slice(0, LATEST_BILLS);
  if (bills.length < ENOUGH_BILLS) return null;
  const quantities = new Map<Meter, number>();
  for (const { meter, quantity } of bills.flatMap(({ bill }) => bill?.lines ?? [])) {
    quantities.set(meter, quantity + (quantities.get(meter) ?? 0));
  }
  return {
    pictures: bills.reduce((sum, { plan }) => sum + plan.images, 0),
    quantities: Object.fromEntries(quantities),
  };
}

function accuracyOf(attempts: readonly FakeAttempt[]): readonly Accuracy[] {
  const saved = attempts.flatMap(({ plan, images, bill }) =>
    images.length > 0 && bill?.basis === 'metered' ? [{ plan, billed: bill.amount }] : [],
  );
  const miss = (one: (typeof saved)[number]): number =>
    Math.abs(Number(one.billed - one.plan.expected)) / Number(one.plan.expected || 1n);
  return [...new Set(saved.map(({ plan }) => plan.model))].flatMap((model): Accuracy[] => {
    const own = saved.filter(({ plan }) => plan.model === model);
    const worst = own.toSorted((a, b) => miss(b) - miss(a))[0];
    if (worst === undefined) return [];
    return [
      {
        model,
        bills: own.length,
        quoted: sum(own.map(({ plan }) => plan.expected)),
        billed: sum(own.map(({ billed }) => billed)),
        inside: own.filter(({ plan, billed }) => billed >= plan.low && billed <= plan.high).length,
        worst: { attemptId: worst.plan.attemptId, quoted: worst.plan.expected, billed: worst.billed },
      },
    ];
  });
}

/** A picture, and the drafts that were cut out of it. */
const filesOf = ({ cells = [], ...image }: StoredImage): readonly StoredFile[] => [image, ...cells];
