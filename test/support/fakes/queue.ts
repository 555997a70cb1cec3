import { attemptIdOf, hashIn } from '../../../src/core/manifest/fingerprint.ts';
import { afterDeath, isOpen } from '../../../src/core/policy/attempt-state.ts';
import {
  countsOf,
  endOfQueued,
  perMinute,
  QUEUE_SHORT,
  RATE_MS,
  secondsLeft,
  type QueueEnd,
  type QueueState,
} from '../../../src/core/policy/queue.ts';
import { sum, ZERO } from '../../../src/core/pricing/money.ts';
import type { Clock, Queue, QueueBar, QueueItem, QueueJob } from '../../../src/ports/index.ts';
import { insertFakeJob } from './jobs.ts';
import { fakeLedger } from './ledger.ts';
import type { FakeAttempt, FakeQueued, FakeStore } from './ledger-state.ts';

export interface FakeQueueOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: FakeStore;
  readonly owner: string;
  readonly isAlive?: (owner: string) => boolean;
  readonly hasAnswer?: (attemptId: string) => boolean;
}

/** A queue in memory that keeps the same laws as the real one: both run the same contract. */
export function fakeQueue({
  clock,
  store,
  owner,
  isAlive = () => true,
  hasAnswer = () => false,
}: FakeQueueOptions): Queue {
  const { attempts, queue } = store;
  const { items } = queue;

  const attemptsAt = (hash: string): readonly FakeAttempt[] =>
    [...attempts.values()]
      .filter(({ plan }) => hashIn(plan.attemptId) === hash)
      .toSorted((a, b) => numberOf(a) - numberOf(b));

  function barAt(hash: string): QueueBar | null {
    const last = attemptsAt(hash).at(-1);
    if (last === undefined) return null;
    if (isOpen(last.state)) return 'under way';
    if (last.state === 'saved') return last.images.length > 0 ? 'bought' : 'refused';
    return last.state === 'unconfirmed' ? 'unconfirmed' : null;
  }

  const attemptsFor = ({ item, run }: FakeQueued): readonly FakeAttempt[] => {
    const { attemptId } = item.plan;
    const first = attempts.get(attemptId);
    return attemptsAt(hashIn(attemptId) ?? '').filter(
      (each) => each.plan.runId === run.runId && first !== undefined && numberOf(each) >= numberOf(first),
    );
  };

  function finish(queued: FakeQueued): QueueEnd | null {
    const end = endOfQueued(
      attemptsFor(queued).map(({ state, images, releasedAs, why, refusal, bill, plan }) => ({
        state,
        hasImage: images.length > 0,
        releasedAs,
        why: why ?? refusal,
        amount: state === 'unconfirmed' ? plan.expected : (bill?.amount ?? ZERO),
      })),
    );
    if (end !== null) Object.assign(queued, { ...end, endedAt: queued.endedAt ?? clock.now() });
    return end;
  }

  function giveBack(queued: FakeQueued): void {
    Object.assign(queued, { state: 'waiting', worker: null, takenAt: null });
    const attempt = attempts.get(queued.item.plan.attemptId);
    if (attempt) Object.assign(attempt, { state: 'held', owner: 'queue' });
  }

  const jobWith = ({ item }: FakeQueued) =>
    [...store.jobs.values()].find((job) =>
      job.items.some(({ attemptId }) => attemptId === item.plan.attemptId),
    );
  const isIn = (queued: FakeQueued): boolean => jobWith(queued) !== undefined;

  function sweep(): void {
    for (const queued of items.values()) {
      const own = attemptsFor(queued);
      if (queued.state === 'unconfirmed' || queued.state === 'failed') finish(queued);
      if (queued.state !== 'working') continue;
      if (isIn(queued)) {
        if (jobWith(queued)?.facts.stage === 'done') finish(queued);
        continue;
      }
      if (own.some((each) => each.owner === owner || isAlive(each.owner))) continue;
      if (own.length === 1 && own[0]?.state === 'held') {
        giveBack(queued);
        continue;
      }
      for (const each of own) {
        const state = afterDeath(each.state, hasAnswer(each.plan.attemptId));
        if (state !== null) Object.assign(each, { state, why: 'its process ended', owner: 'given up' });
      }
      finish(queued);
    }
  }

  const jobOf = ({ item, run }: FakeQueued): QueueJob => ({
    plan: item.plan,
    run: { ...run, maxCost: run.maxCost ?? null },
    name: item.name,
    urgent: item.urgent,
    inputs: item.inputs.map(({ bytes: _, ...input }) => input),
    heldAt: attempts.get(item.plan.attemptId)?.heldAt ?? 0,
  });

  const stateOf = (queued: FakeQueued): QueueState =>
    queued.state === 'working' && isIn(queued) ? 'inJobs' : queued.state;
  const inState = (...states: readonly QueueState[]): readonly FakeQueued[] =>
    [...items.values()].filter((queued) => states.includes(stateOf(queued)));

  function take(most: number, isBatch: boolean): readonly QueueJob[] {
    sweep();
    if (queue.isPaused) return [];
    const waiting = inState('waiting').filter(({ item }) => (item.plan.lane === 'batch') === isBatch);
    const next = [
      ...waiting.filter(({ item }) => item.urgent),
      ...waiting.filter(({ item }) => !item.urgent),
    ];
    return next.slice(0, most).map((queued) => {
      Object.assign(queued, { state: 'working', worker: owner, takenAt: clock.now() });
      const attempt = attempts.get(queued.item.plan.attemptId);
      if (attempt) attempt.owner = owner;
      return jobOf(queued);
    });
  }

  return {
    known: async (hashes) =>
      new Map(hashes.flatMap((hash) => [barAt(hash)].flatMap((bar) => (bar ? [[hash, bar] as const] : [])))),
    async add(run, asked) {
      sweep();
      const seen = new Set<string>();
      const added = asked.flatMap((item): readonly QueueItem[] => {
        const hash = hashIn(item.plan.attemptId) ?? '';
        const bar = barAt(hash);
        const isThere = bar === 'bought' && item.instead !== undefined;
        if (seen.has(hash) || isThere || bar === 'under way' || (bar !== null && !item.again)) return [];
        seen.add(hash);
        const attemptId = attemptIdOf(hash, attemptsAt(hash).length + 1);
        return [{ ...item, plan: { ...item.plan, attemptId } }];
      });
      if (added.length === 0) return [];
      const ledger = fakeLedger({ clock, store, owner: 'queue', isAlive, hasAnswer });
      await ledger.begin(run);
      await ledger.hold(added.map(({ plan }) => plan));
      const isBatch = ({ plan }: QueueItem): boolean => plan.lane === 'batch';
      const gathered = added
        .filter(isBatch)
        .toSorted((a, b) => (a.plan.model < b.plan.model ? -1 : a.plan.model > b.plan.model ? 1 : 0));
      for (const item of [...added.filter((one) => !isBatch(one)), ...gathered]) {
        if (item.instead !== undefined) items.delete(item.instead);
        for (const input of item.inputs) if (input.bytes) queue.inputs.set(input.sha256, input.bytes);
        items.set(item.plan.attemptId, {
          item,
          run,
          state: 'waiting',
          worker: null,
          amount: item.plan.high,
          why: null,
          takenAt: null,
          endedAt: null,
        });
      }
      return added.map(({ plan }) => plan);
    },
    take: async (most) => take(most, false),
    takeForJobs: async (most) => take(most, true),
    async gather(jobs) {
      return jobs.flatMap((job) => {
        const own = job.items.filter(({ attempt: { attemptId } }) => {
          const attempt = attempts.get(attemptId);
          return (
            items.get(attemptId)?.state === 'working' && attempt?.state === 'held' && attempt.owner === owner
          );
        });
        if (own.length === 0) return [];
        insertFakeJob({ store, clock, owner }, { ...job, items: own });
        for (const { attempt } of own) Object.assign(items.get(attempt.attemptId) ?? {}, { worker: null });
        return job.jobId;
      });
    },
    openJobs: async () => {
      const jobs = [...store.jobs.values()];
      const isOpen = (jobId: string): boolean =>
        jobs.some(
          ({ facts }) => (facts.jobId === jobId || facts.repeats === jobId) && facts.stage !== 'done',
        );
      const own = [...items.values()].flatMap((queued) => {
        const jobId = jobWith(queued)?.facts.jobId;
        return jobId !== undefined && (queued.state === 'working' || isOpen(jobId)) ? jobId : [];
      });
      return [...new Set(own)];
    },
    inJob: async (jobId) =>
      inState('inJobs')
        .filter((queued) => jobWith(queued)?.facts.jobId === jobId)
        .map(jobOf),
    async inputBytes(sha256) {
      const found = queue.inputs.get(sha256);
      if (found === undefined) throw new TypeError(`no picture ${sha256} is kept`);
      return found;
    },
    async giveBack(attemptId, { isUncharged } = { isUncharged: false }) {
      const queued = items.get(attemptId);
      const attempt = attempts.get(attemptId);
      const isUnsent = attempt?.state === 'held' || (isUncharged && attempt?.state === 'sent');
      if (queued?.state === 'working' && !isIn(queued) && attempt?.owner === owner && isUnsent)
        giveBack(queued);
    },
    async finish(attemptId) {
      const queued = items.get(attemptId);
      return queued === undefined ? { state: 'cancelled', amount: ZERO, why: null } : finish(queued);
    },
    async status() {
      const now = clock.now();
      const ended = [...items.values()].filter(
        ({ endedAt, state, worker }) =>
          endedAt !== null && endedAt > now - RATE_MS && state !== 'cancelled' && worker !== null,
      );
      const rateOf = (those: readonly FakeQueued[]) =>
        perMinute(those.length, Math.min(...those.map(({ takenAt }) => takenAt ?? now)), now);
      const rate = rateOf(ended);
      const working = inState('working');
      const names = [...new Set([...working, ...ended].flatMap(({ worker }) => worker ?? []))].toSorted();
      return {
        isPaused: queue.isPaused,
        counts: countsOf((state) => inState(state).length),
        spent: sum(inState('done', 'refused', 'failed', 'unconfirmed').map(({ amount }) => amount)),
        held: sum(inState('waiting', 'working', 'inJobs').map(({ amount }) => amount)),
        perMinute: rate,
        secondsLeft:
          inState('inJobs').length > 0 ? null : secondsLeft(inState('waiting', 'working').length, rate),
        workers: names.map((name) => ({
          name,
          working: working.filter(({ worker }) => worker === name).length,
          perMinute: rateOf(ended.filter(({ worker }) => worker === name)),
        })),
      };
    },
    pause: async (isPaused) => void (queue.isPaused = isPaused),
    async cancel() {
      sweep();
      const waiting = inState('waiting', 'working').filter(
        ({ state, item: { plan } }) =>
          state === 'waiting' || (plan.lane === 'batch' && attempts.get(plan.attemptId)?.state === 'held'),
      );
      const released = sum(waiting.map(({ amount }) => amount));
      for (const queued of waiting) {
        Object.assign(queued, { state: 'cancelled', amount: ZERO, endedAt: clock.now() });
        const attempt = attempts.get(queued.item.plan.attemptId);
        if (attempt) Object.assign(attempt, { state: 'released', releasedAs: 'cancelled' });
      }
      return { items: waiting.length, released };
    },
    async short() {
      sweep();
      return QUEUE_SHORT.flatMap((state) =>
        inState(state).map((queued) => ({
          ...jobOf(queued),
          state,
          amount: queued.amount,
          why: queued.why,
        })),
      ).toSorted((a, b) => (a.plan.attemptId < b.plan.attemptId ? -1 : 1));
    },
    async close() {},
  };
}

const numberOf = ({ plan }: FakeAttempt): number => Number(plan.attemptId.split('-').at(-1));
