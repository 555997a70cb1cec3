import { receiptDocument } from '../ledger/show-receipt.ts';
import type { AgentContent, AgentResource, AgentResources, Books, Job, Receipt } from '../../ports/index.ts';
import { excerpt } from '../../core/text/text.ts';
import type { AgentContext } from './context.ts';
import { withSession } from '../../purchase/session.ts';
import { jobJson, standOf } from '../batch/output.ts';
import { advanced, jobOf } from './check-job.ts';
import { inSession } from './keyed.ts';
import { isInside } from './places.ts';
import { linkTo } from './result.ts';

/** Requests whose pictures and receipts are listed. */
const LISTED = 50;

/** Pictures that this agent bought, and what they cost. */
export const resourcesOf = (context: AgentContext): AgentResources => ({
  templates: [
    {
      pattern: 'pixtab://pictures/{sha256}',
      name: 'picture',
      about: 'a picture that was bought, whole, by the hash of its file',
    },
    {
      pattern: 'pixtab://receipts/{run}',
      name: 'receipt',
      about: 'what a purchase was quoted at and cost, line by line, by the id of its run',
      mimeType: 'application/json',
    },
    {
      pattern: 'pixtab://jobs/{job}',
      name: 'job',
      about: 'how far a job of lane batch is; who subscribes to it hears when its pictures are there',
      mimeType: 'application/json',
    },
  ],
  list: () =>
    inSession(context, async ({ books }) => {
      const filter = { since: null, until: null, agent: context.agent, limit: LISTED };
      const receipts = await books.ledger.history(filter);
      const runs = new Set(receipts.map(({ run }) => run.runId));
      const jobs = (await books.ledger.jobs.list('all')).filter(({ runId }) => runs.has(runId));
      return uniqueByUri([
        ...receipts.flatMap((receipt) => resourcesIn(receipt, context)),
        ...jobs.map(jobResource),
      ]);
    }),
  read: (uri) => inSession(context, ({ books }) => read(uri, books, context)),
  async follow(uri) {
    const jobId = partsOf(uri, 'jobs');
    if (jobId !== null)
      await withSession({ ...context, connectsFirst: true }, async (session) => {
        const job = await jobOf(context.agent, jobId, session.books);
        if (job !== null && job.stage !== 'done') await advanced(job, session, context);
      });
    return inSession(context, ({ books }) => read(uri, books, context));
  },
});

const resourcesIn = (receipt: Receipt, { folder }: AgentContext): readonly AgentResource[] => [
  ...receipt.images
    .filter(({ absolutePath }) => isInside(folder, absolutePath))
    .map((image) => linkTo(image, folder)),
  {
    uri: `pixtab://receipts/${receipt.run.runId}`,
    name: `receipt ${receipt.run.runId.slice(0, 8)}`,
    about: excerpt(receipt.attempt.prompt, 80),
    mimeType: 'application/json',
  },
];

const jobResource = (job: Job): AgentResource => ({
  uri: `pixtab://jobs/${job.jobId}`,
  name: `job ${job.jobId.slice(0, 8)}`,
  about: standOf(job),
  mimeType: 'application/json',
});

const uniqueByUri = (all: readonly AgentResource[]): readonly AgentResource[] => [
  ...new Map(all.map((resource) => [resource.uri, resource])).values(),
];

async function read(
  uri: string,
  books: Books,
  { agent, folder, settings, deps }: AgentContext,
): Promise<AgentContent | null> {
  const { ledger } = books;
  const run = partsOf(uri, 'receipts');
  if (run !== null) {
    const found = (await ledger.receipts({ by: 'run', value: run })).filter(({ run }) => run.agent === agent);
    return found.length === 0 ? null : json(receiptDocument({ ...settings, found }));
  }
  const jobId = partsOf(uri, 'jobs');
  if (jobId !== null) {
    const job = await jobOf(agent, jobId, books);
    return job && json(jobJson(job));
  }
  const value = partsOf(uri, 'pictures');
  if (value === null) return null;
  const files = await deps.pictureFiles();
  const own = (await ledger.receipts({ by: 'sha256', value })).filter(({ run }) => run.agent === agent);
  for (const image of own.flatMap(({ images }) => images).filter(({ sha256 }) => sha256 === value)) {
    const path = await files.realPath(image.absolutePath);
    // A link may stand in its place by now, and lead anywhere.
    if (!isInside(folder, path) || (await files.kindOf(path)) !== 'file') continue;
    const body = await files.read(path);
    if (deps.sha256(body) === value) return { mimeType: image.mimeType, body };
  }
  return null;
}

/** What an address of this kind names; null for any other. */
const partsOf = (uri: string, kind: 'pictures' | 'receipts' | 'jobs'): string | null =>
  new RegExp(`^pixtab://${kind}/([\\w-]{1,100})$`).exec(uri)?.[1] ?? null;

const json = (document: object): AgentContent => ({
  mimeType: 'application/json',
  body: JSON.stringify(document, null, 2),
});
