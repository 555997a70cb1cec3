import { receiptDocument } from '../ledger/show-receipt.ts';
import type { AgentContent, AgentResource, AgentResources, Books, Receipt } from '../../ports/index.ts';
import { excerpt } from '../../core/text/text.ts';
import type { AgentContext } from './context.ts';
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
  ],
  list: () =>
    inSession(context, async ({ books }) => {
      const filter = { since: null, until: null, agent: context.agent, limit: LISTED };
      const receipts = await books.ledger.history(filter);
      return uniqueByUri(receipts.flatMap((receipt) => resourcesIn(receipt, context)));
    }),
  read: (uri) => inSession(context, ({ books }) => read(uri, books, context)),
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

const uniqueByUri = (all: readonly AgentResource[]): readonly AgentResource[] => [
  ...new Map(all.map((resource) => [resource.uri, resource])).values(),
];

async function read(
  uri: string,
  { ledger }: Books,
  { agent, folder, settings, deps }: AgentContext,
): Promise<AgentContent | null> {
  const [, kind, value = ''] = /^pixtab:\/\/(pictures|receipts)\/([\w-]{1,100})$/.exec(uri) ?? [];
  if (kind === 'receipts') {
    const found = (await ledger.receipts({ by: 'run', value })).filter(({ run }) => run.agent === agent);
    if (found.length === 0) return null;
    return {
      mimeType: 'application/json',
      body: JSON.stringify(receiptDocument({ ...settings, found }), null, 2),
    };
  }
  if (kind !== 'pictures') return null;
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
