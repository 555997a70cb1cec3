import type { PictureFacts } from '../../core/files/embedded-metadata.ts';
import { aliasOf } from '../../core/catalogue/catalogue.ts';
import { atMost, format, rateText, toDecimal } from '../../core/pricing/money.ts';
import type { Failure } from '../../core/errors.ts';
import { textTable, type Column } from '../../core/text/table.ts';
import { counted, excerpt, printable, thousands } from '../../core/text/text.ts';
import type { Receipt, SavedImage, StoredImage, Terminal } from '../../ports/index.ts';
import { imageJson, lineJson } from '../../purchase/json.ts';
import { documentOf } from '../shared/envelope.ts';
import { tableRoom } from '../shared/layout.ts';
import { FORGOTTEN, outcomeIn, reasonIn } from './purchases.ts';

const SCHEMA = 'pixtab.receipt/1';

/** Requests whole, a paragraph each. */
export function showReceipts(found: readonly Receipt[], sandbox: boolean, terminal: Terminal): void {
  for (const [index, receipt] of found.entries()) {
    if (index > 0) terminal.out('');
    for (const line of describe(receipt, sandbox)) terminal.text(line);
    if (receipt.bill) for (const line of billLines(receipt.bill, terminal)) terminal.out(line);
  }
}

function describe(receipt: Receipt, sandbox: boolean): readonly string[] {
  const { attempt, run, heldAt, images, differences, sends, decision } = receipt;
  const facts: readonly (readonly [string, string | null])[] = [
    ['request', attempt.attemptId],
    ...images.map(
      ({ absolutePath, width, height, bytes, sha256 }) =>
        [
          'image',
          `${absolutePath} (${width}x${height}, ${counted(bytes, 'byte')}, sha256 ${sha256.slice(0, 12)}…)`,
        ] as const,
    ),
    ...images.flatMap(({ cells = [] }) =>
      cells.map(
        ({ absolutePath, width, height }) => ['draft', `${absolutePath} (${width}x${height})`] as const,
      ),
    ),
    ['prompt', attempt.prompt || FORGOTTEN],
    ...(attempt.asked?.inputs ?? []).map(({ path }) => ['input', path] as const),
    [
      'model',
      `${aliasOf(attempt.model)}, ${attempt.size}, ${attempt.aspect ?? 'any aspect'}, lane ${attempt.lane}`,
    ],
    ['gateway', attempt.gateway ?? null],
    ['account', attempt.account ?? null],
    ['bought', new Date(heldAt).toISOString()],
    ['outcome', [outcomeIn(receipt), reasonIn(receipt)].filter((word) => word !== null).join(': ')],
    ...differences.map((sentence) => ['differs', sentence] as const),
    ['sent', sends > 1 ? counted(sends, 'time') : null],
    ['run', `${run.runId} (pixtab ${run.command})`],
    ['project', run.project],
    ['agent', run.agent ?? null],
    ['labels', run.labels.join(', ') || null],
    ['quoted', `${format(attempt.expected)}, from ${format(attempt.low)} to ${atMost(attempt.high)}`],
    ['paid', paid(receipt, sandbox)],
    [
      'settled',
      decision &&
        `by ${decision.who} on ${new Date(decision.at).toISOString()}: ${decision.charged === 'yes' ? 'charged' : 'not charged'}`,
    ],
  ];
  return factLines(facts);
}

function paid({ state, bill, attempt: { high } }: Receipt, sandbox: boolean): string {
  const play = sandbox ? ' in the sandbox: nothing was spent' : '';
  if (bill !== null) return `${format(bill.amount)} (${bill.basis})${play}`;
  if (state === 'unconfirmed') return `unconfirmed: counted at the quoted price, and ${atMost(high)} at most`;
  return state === 'released' ? 'nothing' : 'not settled yet';
}

/** What a picture says of itself. */
export function describeFacts({ prompt, model, runId, cost }: PictureFacts): readonly string[] {
  return factLines([
    ['prompt', excerpt(prompt, 300)],
    ['model', model],
    ['run', runId],
    ['paid', cost === null ? 'not known' : `$${cost}`],
  ]);
}

function factLines(facts: readonly (readonly [string, string | null])[]): readonly string[] {
  return facts.flatMap(([key, value]) =>
    value === null ? [] : [`${key.padEnd(MARGIN.length)}${printable(value)}`],
  );
}

const BILL: readonly Column[] = [
  { title: 'meter' },
  { title: 'quantity', right: true, spare: 2 },
  { title: 'rate', spare: 1 },
  { title: 'amount', right: true },
];

function billLines({ lines }: NonNullable<Receipt['bill']>, terminal: Terminal): readonly string[] {
  if (lines.length === 0) return [];
  const rows = lines.map((line) => [
    line.meter,
    thousands(line.quantity),
    rateText(line),
    format(line.amount),
  ]);
  return textTable(BILL, rows, tableRoom(terminal) - MARGIN.length).map((line) => MARGIN + line);
}

/** Facts stand behind their names. */
const MARGIN = ' '.repeat(10);

/** The document of every command that shows requests whole. */
export function receiptDocument({
  sandbox,
  found = [],
  embedded = null,
  failure = null,
}: {
  readonly sandbox: boolean;
  readonly found?: readonly Receipt[];
  readonly embedded?: PictureFacts | null;
  readonly failure?: Failure | null;
}) {
  return documentOf(
    SCHEMA,
    { sandbox, failure },
    {
      receipts: found.map(toJson),
      embedded: embedded && embeddedJson(embedded),
    },
  );
}

/** With paths that hold in every folder. */
const whole = ({ absolutePath, cells, ...image }: StoredImage): SavedImage => ({
  ...image,
  path: absolutePath,
  ...(cells && { cells: cells.map((cell) => ({ ...cell, path: cell.absolutePath })) }),
});

/** The picture itself says the amount alone: its cost is in the ledger. */
const embeddedJson = ({ cost: amount, ...facts }: PictureFacts) => ({ ...facts, amount });

function toJson(receipt: Receipt) {
  const { attempt, run, state, why, heldAt, bill, images, differences, sends, decision } = receipt;
  return {
    attemptId: attempt.attemptId,
    runId: run.runId,
    command: run.command,
    project: run.project,
    labels: run.labels,
    agent: run.agent ?? null,
    state,
    why,
    outcome: outcomeIn(receipt),
    reason: reasonIn(receipt),
    boughtAt: new Date(heldAt).toISOString(),
    sends,
    settledBy: decision && { ...decision, at: new Date(decision.at).toISOString() },
    model: attempt.model,
    lane: attempt.lane,
    gateway: attempt.gateway ?? null,
    account: attempt.account ?? null,
    size: attempt.size,
    aspect: attempt.aspect,
    thinking: attempt.asked?.thinking ?? null,
    prompt: attempt.prompt || null,
    inputs: attempt.asked?.inputs ?? [],
    quote: {
      low: toDecimal(attempt.low),
      expected: toDecimal(attempt.expected),
      high: toDecimal(attempt.high),
    },
    cost: bill && {
      amount: toDecimal(bill.amount),
      currency: 'USD',
      basis: bill.basis,
      charged: bill.charged,
      lines: bill.lines.map(lineJson),
    },
    images: images.map((image) => imageJson(whole(image))),
    differences,
  };
}
