import { relative } from 'node:path';
import { z } from 'zod';
import {
  ANSWER_LOST,
  FAILURES,
  mostPressing,
  Failure,
  restated,
  type FailureKind,
} from '../../core/errors.ts';
import { sum, toDecimal, ZERO } from '../../core/pricing/money.ts';
import { counted } from '../../core/text/text.ts';
import type {
  AgentAnswer,
  AgentPicture,
  AgentResource,
  Books,
  Receipt,
  StoredImage,
} from '../../ports/index.ts';
import { costJson } from '../../purchase/json.ts';
import { totalBill } from '../../purchase/summary.ts';
import { askedElsewhere, LOST } from '../../project/history.ts';
import { outcomeIn, reasonIn } from '../ledger/purchases.ts';
import { costOf, type Bought } from '../create/output.ts';
import { agentError, ASKED_ELSEWHERE, mayFollow, noteInToolWords, sandboxNote, UNTOLD } from './advice.ts';
import { allowanceJson, allowancesOf } from './grant.ts';
import type { AgentContext } from './context.ts';

// What an agent is told: the same of a purchase that just ended, and of one that is asked for again under its key.

export const ErrorShape = z
  .looseObject({
    kind: z.string(),
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
    retryAfterSeconds: z.number().nullable(),
  })
  .nullable();

const ImageShape = z.looseObject({
  path: z.string().describe('absolute'),
  uri: z.string().describe('reads the original as a resource'),
  mimeType: z.string(),
  width: z.number(),
  height: z.number(),
  bytes: z.number(),
  sha256: z.string(),
});

export const AllowancesShape = z
  .array(z.looseObject({ allowance: z.string(), left: z.string() }))
  .nullable()
  .describe('what may be spent; null where it was not looked up');

export const PurchaseShape = z.looseObject({
  outcome: z.string().describe('ok, pending, or how it failed'),
  charged: z.enum(['yes', 'no', 'unknown']),
  runId: z.string().nullable(),
  repeated: z
    .boolean()
    .optional()
    .describe('true where the key had bought it before: nothing was bought now'),
  jobId: z.string().nullable().optional().describe('of lane batch, for check_job'),
  cost: z.looseObject({ amount: z.string(), currency: z.string() }).nullable(),
  images: z.array(ImageShape),
  requests: z.array(z.looseObject({ id: z.string(), outcome: z.string(), charged: z.string() })),
  allowances: AllowancesShape,
  mayFollow: z.string().describe('what may be done next'),
  warnings: z.array(z.string()),
  error: ErrorShape,
});

export interface PurchaseEnd {
  readonly runId: string;
  readonly repeated: boolean;
  readonly failure?: Failure | null;
  readonly warnings?: readonly string[];
}

/** What became of a run, as the ledger has it. */
export async function purchaseAnswer(
  { runId, repeated, failure = null, warnings = [] }: PurchaseEnd,
  books: Books,
  context: AgentContext,
): Promise<AgentAnswer> {
  const { receipts, kept } = await boughtIn(runId, failure, books);
  const jobs = (await books.ledger.jobs.list('all')).filter((job) => job.runId === runId);
  const jobId = jobs[0]?.jobId ?? null;
  const images = receipts.flatMap((receipt) => receipt.images);
  const ended =
    failure ??
    failureOf(
      receipts,
      kept,
      jobs.some(({ stage }) => stage !== 'done'),
    );
  const outcome = ended?.kind ?? 'ok';
  const cost = costOfRun(receipts);
  const standings = await allowancesOf(context, books);
  const structured = {
    outcome,
    charged: cost.charged,
    runId,
    repeated,
    jobId,
    cost,
    images: images.map(agentImage),
    requests: receipts.map(requestJson),
    allowances: standings.map(allowanceJson),
    mayFollow: mayFollow(outcome, cost.charged, jobId, ended),
    warnings: [
      ...new Set([...warnings, ...receipts.flatMap(({ differences }) => differences)].map(noteInToolWords)),
    ],
    error: ended && agentError(ended, context),
  };
  return {
    text: [purchaseText(structured, context.folder), ...sandboxNote(context)].join('\n'),
    structured,
    isError: outcome !== 'ok' && outcome !== 'pending' && outcome !== 'partial',
    pictures: await previews(images, context),
    links: images.map((image) => linkTo(image, context.folder)),
  };
}

/** What the answer of a tool that buys says besides its error, where nothing was bought. */
export const nothingBought = (failure: Failure) => ({
  outcome: failure.kind,
  charged: failure.charged,
  runId: null,
  cost: null,
  images: [],
  requests: [],
  allowances: null,
  mayFollow: mayFollow(failure.kind, failure.charged, null, failure),
  warnings: [],
});

/** How a purchase ended that cannot be looked up any more; `trouble` is why. */
export function untold(bought: Bought, trouble: Failure): Failure {
  const { failure, outcome } = bought;
  const charged = outcome === 'pending' ? 'unknown' : (costOf(bought)?.charged ?? 'no');
  return failure === null ? restated(trouble, { code: UNTOLD, charged }) : restated(failure, { charged });
}

/** The requests of a run; where nobody knows yet how it failed, and one is paid for and not saved, also whose answers are kept. */
async function boughtIn(runId: string, failure: Failure | null, { ledger, journal }: Books) {
  const read = (): Promise<readonly Receipt[]> => ledger.receipts({ by: 'run', value: runId });
  const receipts = await read();
  const isSaved = receipts.every((receipt) => outcomeIn(receipt) !== 'disk');
  if (failure !== null || isSaved) return { receipts, kept: [] };
  const kept = await journal.ids();
  // Read once more: whoever finishes an answer lets go of it last.
  return { receipts: await read(), kept };
}

export const underWay = (): Failure => new Failure('pending', 'It is under way.');

function failureOf(
  receipts: readonly Receipt[],
  kept: readonly string[],
  hasOpenJobs: boolean,
): Failure | null {
  const failures = receipts.flatMap((receipt) => {
    const outcome = outcomeIn(receipt);
    if (outcome === 'ok') return [];
    if (outcome === 'disk' && !kept.includes(receipt.attempt.attemptId)) return notKept(receipt);
    return new Failure(outcome, reasonIn(receipt) ?? FAILURES[outcome].text);
  });
  // What was tried in vain does not matter where another try brought the picture.
  const wanted = new Set(receipts.flatMap(({ attempt }) => attempt.save.paths)).size;
  const came = receipts.reduce((count, { images }) => count + images.length, 0);
  const isPending = hasOpenJobs || failures.some(({ kind }) => kind === 'pending');
  if (isPending) return underWay();
  const worst = mostPressing(failures);
  if (worst === null || came >= wanted) return null;
  return came > 0 && !STAYS.has(worst.kind)
    ? new Failure('partial', `${came} of ${wanted} pictures came. ${worst.message}`, { charged: 'yes' })
    : worst;
}

/** What matters more than that other pictures came: it may be paid for, and must not be bought again. */
const STAYS: ReadonlySet<string> = new Set<FailureKind>(['unconfirmed', 'disk', 'unread']);

/** It is paid for, not saved, and its answer is not here. */
const notKept = ({ elsewhere: host }: Receipt): Failure =>
  host === null
    ? new Failure('disk', LOST, { code: ANSWER_LOST })
    : new Failure('disk', askedElsewhere(host), { code: ASKED_ELSEWHERE });

function costOfRun(receipts: readonly Receipt[]) {
  const unknown = receipts.filter(({ state }) => state === 'unconfirmed');
  const open = receipts.some(({ state }) => ['sent', 'replied'].includes(state));
  const { lines: _, ...cost } = costJson(
    {
      bill: totalBill(receipts.flatMap(({ bill }) => bill ?? [])),
      unconfirmed: sum(unknown.map(({ attempt }) => attempt.expected)),
    },
    unknown.length > 0 || open,
  );
  return { ...cost, held: toDecimal(sum(receipts.map(heldBy))) };
}

const heldBy = ({ state, attempt }: Receipt) =>
  state === 'held' || state === 'sent' || state === 'replied' ? attempt.high : ZERO;

function requestJson(receipt: Receipt) {
  const { attempt, state, bill } = receipt;
  return {
    id: attempt.attemptId,
    model: attempt.model,
    outcome: outcomeIn(receipt),
    reason: reasonIn(receipt),
    charged: bill?.charged ?? (state === 'released' || state === 'held' ? 'no' : 'unknown'),
    amount: bill ? toDecimal(bill.amount) : null,
  };
}

interface Told {
  readonly outcome: string;
  readonly runId: string;
  readonly repeated: boolean;
  readonly jobId: string | null;
  readonly cost: { readonly amount: string; readonly charged: string };
  readonly images: readonly { readonly path: string }[];
  readonly mayFollow: string;
  readonly warnings: readonly string[];
  readonly error: { readonly message: string; readonly hint: string | null } | null;
}

function purchaseText(told: Told, folder: string): string {
  const { outcome, runId, repeated, jobId, cost, images, mayFollow, warnings, error } = told;
  const price = cost.charged === 'unknown' ? `$${cost.amount}, perhaps` : `$${cost.amount}`;
  return [
    `${outcome}: ${counted(images.length, 'picture')} for ${price}${repeated ? ', bought before under this key' : ''} (run ${runId})`,
    ...images.map(({ path }) => relative(folder, path)),
    ...(jobId === null ? [] : [`job ${jobId}`]),
    ...(error && outcome !== 'pending' ? [error.message] : []),
    ...warnings.map((warning) => `note: ${warning}`),
    mayFollow,
  ].join('\n');
}

export const pictureUri = (sha256: string): string => `pixtab://pictures/${sha256}`;

const agentImage = ({ absolutePath, mimeType, width, height, bytes, sha256 }: StoredImage) => ({
  path: absolutePath,
  uri: pictureUri(sha256),
  mimeType,
  width,
  height,
  bytes,
  sha256,
});

export const linkTo = (
  { absolutePath, sha256, mimeType, bytes, width, height }: StoredImage,
  folder: string,
): AgentResource => ({
  uri: pictureUri(sha256),
  name: relative(folder, absolutePath),
  about: `the original, ${width}x${height}`,
  mimeType,
  size: bytes,
});

/** More pictures than this are only linked to: agents pay for what they see. */
const MOST_PREVIEWS = 4;
const PREVIEW_QUALITY = 70;

async function previews(
  images: readonly StoredImage[],
  { previewSize, deps }: AgentContext,
): Promise<readonly AgentPicture[]> {
  if (previewSize === 0 || images.length === 0) return [];
  const [pictures, files] = await Promise.all([deps.pictures(), deps.pictureFiles()]);
  const resize = { width: previewSize, height: previewSize, fit: 'inside' } as const;
  const shown: AgentPicture[] = [];
  for (const { absolutePath } of images.slice(0, MOST_PREVIEWS)) {
    try {
      const original = await files.read(absolutePath);
      const bytes = await pictures.convert(original, 'jpeg', PREVIEW_QUALITY, resize);
      shown.push({ bytes, mimeType: 'image/jpeg' });
    } catch {
      // It was moved or changed since; its link and its hash say enough.
    }
  }
  return shown;
}
