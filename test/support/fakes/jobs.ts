import type { AttemptState, AttemptStep } from '../../../src/core/policy/attempt-state.ts';
import { Failure, usageFailure } from '../../../src/core/errors.ts';
import { batchLine, JOB_STAGES, twinAttemptId, twinJobId } from '../../../src/ports/index.ts';
import type { AttemptPlan, Clock, Job, JobItem, JobPlan, Jobs, JobStage } from '../../../src/ports/index.ts';
import type { FakeAttempt, FakeItem, FakeJob, FakeJobFacts, FakeStore } from './ledger-state.ts';

interface Inside {
  readonly store: FakeStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly owner: string;
  readonly isAlive: (owner: string) => boolean;
  readonly hold: (plans: readonly AttemptPlan[]) => void;
  /** Holds whatever budgets say. */
  readonly holdAnyway: (plans: readonly AttemptPlan[]) => void;
  /** Whoever has the attempt. */
  readonly take: (attemptId: string, step: AttemptStep) => void;
}

const A_MONTH_MS = 30 * 86_400_000;

export const isInJob = ({ plan }: FakeAttempt, { jobs }: FakeStore): boolean =>
  [...jobs.values()].some(({ items }) => items.some(({ attemptId }) => attemptId === plan.attemptId));

/** Jobs in memory, under the same laws as those of the real ledger. */
export function fakeJobs({ store, clock, owner, isAlive, hold, holdAnyway, take }: Inside): Jobs {
  const { jobs, attempts } = store;

  const jobOf = (jobId: string): FakeJob => {
    const job = jobs.get(jobId);
    if (!job) throw new TypeError(`no job ${jobId}`);
    return job;
  };
  const attemptOf = (attemptId: string): FakeAttempt => {
    const attempt = attempts.get(attemptId);
    if (!attempt) throw new TypeError(`no attempt ${attemptId}`);
    return attempt;
  };
  const isBusy = (job: FakeJob): boolean => job.owner !== null && job.owner !== owner && isAlive(job.owner);

  const allItems = (): readonly FakeItem[] => itemsOf(store);

  function forgetInputs(): void {
    for (const { items, doneAt } of jobs.values())
      for (const item of items)
        if (item.inputs.length > 0 && doneAt !== null && doneAt < clock.now() - A_MONTH_MS)
          Object.assign(item, { request: null, inputs: [] });
    for (const item of allItems()) {
      const { state, images } = attemptOf(item.attemptId);
      if (item.resubmittedAs !== null || (state === 'saved' && images.length > 0)) item.inputs = [];
    }
  }

  /** A change by whoever has the job, from one of these stages. */
  function fenced(
    jobId: string,
    stages: readonly JobStage[],
    facts: Partial<FakeJobFacts>,
    from?: AttemptState,
    step?: AttemptStep,
  ): void {
    const job = jobOf(jobId);
    if (job.owner !== owner || !stages.includes(job.facts.stage)) throw lostJob();
    change(jobId, facts, from, step);
  }

  function twin(jobId: string, batch: string): string | null {
    if ([...jobs.values()].some(({ facts }) => facts.batch === batch)) return null;
    const { facts, items } = jobOf(jobId);
    const id = twinJobId(jobId, batch);
    const twins = items.map(({ attemptId, request }) => ({
      attempt: { ...attemptOf(attemptId).plan, attemptId: twinAttemptId(attemptId, batch) },
      // It is at the API already, and what was forgotten is not asked for again.
      request: request ?? '{}',
    }));
    holdAnyway(twins.map(({ attempt }) => attempt));
    const { model, baseUrl, account, tokens } = facts;
    insert({ jobId: id, model, baseUrl, account, tokens, items: twins, repeats: jobId });
    jobOf(id).owner = null;
    change(id, { stage: 'running', batch, sentAt: clock.now() }, 'held', 'sending');
    return id;
  }

  function change(
    jobId: string,
    facts: Partial<FakeJobFacts>,
    from?: AttemptState,
    step?: AttemptStep,
  ): void {
    const job = jobOf(jobId);
    for (const { attemptId } of job.items)
      if (step && attemptOf(attemptId).state === from) take(attemptId, step);
    Object.assign(job.facts, facts);
  }

  function shown(job: FakeJob): Job {
    const all = job.items.map(({ attemptId }) => attemptOf(attemptId));
    const count = (is: (attempt: FakeAttempt) => boolean): number => all.filter(is).length;
    const items = {
      saved: count(({ state, images }) => state === 'saved' && images.length > 0),
      refused: count(({ state, images }) => state === 'saved' && images.length === 0),
      failed: count(({ state }) => state === 'released'),
      unconfirmed: count(({ state }) => state === 'unconfirmed'),
    };
    const closed = items.saved + items.refused + items.failed + items.unconfirmed;
    return { ...job.facts, busy: isBusy(job), items: { ...items, open: all.length - closed } };
  }

  const insert = (plan: JobPlan): void => insertFakeJob({ store, clock, owner }, plan);

  return {
    async plan(plans, besides = []) {
      const taken = [...jobs.values()].flatMap(({ items }) =>
        items.filter(({ resubmittedAs }) => resubmittedAs),
      );
      const instead = new Set(plans.flatMap(({ items }) => items.map((item) => item.instead)));
      if (taken.some(({ attemptId }) => instead.has(attemptId)))
        throw usageFailure('What failed was asked for again meanwhile.');
      hold([...plans.flatMap(({ items }) => items.map(({ attempt }) => attempt)), ...besides]);
      for (const plan of plans) insert(plan);
      forgetInputs();
    },
    list: async (which) =>
      [...jobs.values()].filter(({ facts }) => which === 'all' || facts.stage !== 'done').map(shown),
    underWay: async () =>
      [...jobs.values()]
        .filter(({ facts }) => facts.stage !== 'done')
        .flatMap(({ items, facts: { jobId } }) =>
          items.map(({ attemptId }) => {
            const { plan, state } = attemptOf(attemptId);
            const labels = [...new Set(store.runs.get(plan.runId)?.labels)].toSorted();
            return { attemptId, jobId, state, labels, cwd: plan.save.cwd };
          }),
        ),
    items: async (jobId) =>
      jobOf(jobId).items.map(({ attemptId, request, resubmittedAs }): JobItem => {
        const { plan, state, why, images } = attemptOf(attemptId);
        return { attempt: plan, request, state, why, images: images.length, resubmittedAs };
      }),
    async inputs(jobId) {
      const all = jobOf(jobId).items.flatMap(({ inputs }) => inputs);
      const kept = new Map(all.map((input) => [input.sha256, input]));
      return [...kept.values()].map(({ sha256, name, mimeType, bytes }) => ({
        sha256,
        name,
        mimeType,
        bytes: bytes.byteLength,
      }));
    },
    async input(sha256) {
      const found = allItems()
        .flatMap(({ inputs }) => inputs)
        .find((input) => input.sha256 === sha256);
      if (!found) throw new TypeError(`no picture ${sha256} is kept`);
      return found.bytes;
    },
    async take(jobId) {
      const job = jobs.get(jobId);
      if (!job || isBusy(job)) return null;
      job.owner = owner;
      for (const { attemptId } of job.items) attemptOf(attemptId).owner = owner;
      return shown(job);
    },
    async leave(jobId) {
      if (jobOf(jobId).owner === owner) jobOf(jobId).owner = null;
    },
    uploaded: async (jobId, file) =>
      fenced(jobId, ['planned', 'uploaded'], { stage: 'uploaded', file, why: null }),
    creating: async (jobId) =>
      fenced(jobId, ['uploaded'], { stage: 'creating', sentAt: clock.now() }, 'held', 'sending'),
    notCreated: async (jobId, why) =>
      fenced(jobId, ['creating'], { stage: 'uploaded', why }, 'sent', 'unsent'),
    lost: async (jobId, why, since = clock.now()) => fenced(jobId, ['creating'], { lostAt: since, why }),
    async created(jobId, batch) {
      const { facts } = jobOf(jobId);
      const isFirst = facts.batch === null && (facts.stage === 'uploaded' || facts.stage === 'creating');
      if (isFirst) change(jobId, { stage: 'running', batch, why: null }, 'held', 'sending');
      else twin(jobId, batch);
    },
    async seen(jobId, { state, counts, resultsFile, endedAt, why }) {
      const { facts } = jobOf(jobId);
      const isGoingOn = state === 'pending' || state === 'running';
      const end = facts.endedAt ?? Math.min(clock.now(), endedAt ?? clock.now());
      fenced(jobId, ['running', 'ended'], {
        state,
        succeeded: counts?.succeeded ?? null,
        resultsFile: resultsFile ?? facts.resultsFile,
        why,
        ...(!isGoingOn && { stage: 'ended', endedAt: end }),
      });
    },
    incomplete: async (jobId, why) => fenced(jobId, ['ended'], { why }),
    twin: async (jobId, batch) => twin(jobId, batch),
    async done(jobId, why) {
      fenced(jobId, JOB_STAGES, { stage: 'done', ...(why !== undefined && { why }) });
      Object.assign(jobOf(jobId), { owner: null, doneAt: clock.now() });
      forgetInputs();
    },
  };
}

const lostJob = (): Failure => new Failure('unavailable', 'Another process took the job over.');

const itemsOf = ({ jobs }: FakeStore): readonly FakeItem[] =>
  [...jobs.values()].flatMap(({ items }) => items);

/** Writes a job down as this process's; its attempts are held already. */
export function insertFakeJob(
  { store, clock, owner }: Pick<Inside, 'store' | 'clock' | 'owner'>,
  { jobId, model, baseUrl, account, tokens, items, repeats }: JobPlan,
): void {
  const { jobs } = store;
  const facts: FakeJobFacts = {
    jobId,
    runId: items[0]?.attempt.runId ?? '',
    model,
    baseUrl,
    account,
    stage: 'planned',
    requests: items.length,
    bytes: items.reduce(
      (sum, { attempt, request }) => sum + Buffer.byteLength(batchLine(attempt.attemptId, request)),
      0,
    ),
    tokens,
    file: null,
    batch: null,
    state: null,
    succeeded: null,
    resultsFile: null,
    why: null,
    repeats: repeats ?? null,
    plannedAt: clock.now(),
    sentAt: null,
    lostAt: null,
    endedAt: null,
  };
  const own = items.map(({ attempt: { attemptId }, request, inputs = [], instead }) => ({
    attemptId,
    request,
    resubmittedAs: null,
    inputs: [...inputs, ...itemsOf(store).flatMap((item) => (item.attemptId === instead ? item.inputs : []))],
  }));
  jobs.set(jobId, { facts, items: own, owner, doneAt: null });
  for (const { attempt, instead } of items)
    for (const { items: others } of jobs.values())
      for (const other of others) if (other.attemptId === instead) other.resubmittedAs = attempt.attemptId;
}
