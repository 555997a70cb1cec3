import { resolve } from 'node:path';
import { usageFailure } from '../../core/errors.ts';
import type { PictureFacts } from '../../core/files/embedded-metadata.ts';
import { format, toDecimal } from '../../core/pricing/money.ts';
import { textTable } from '../../core/text/table.ts';
import { excerpt, printable } from '../../core/text/text.ts';
import type { Deps, Ledger, Receipt, Terminal } from '../../ports/index.ts';
import { imageJson, lineJson } from '../../purchase/json.ts';
import { mentionUnfinished } from '../../purchase/unfinished.ts';
import { errorJson } from '../shared/command.ts';
import { defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';

const SCHEMA = 'pixtab.receipt/1';

const FLAGS = [flag.sandbox, ...COMMON] as const;

export const receipt = defineCommand({
  flags: FLAGS,
  configure(command) {
    command.argument('<what>', 'an image file, its sha256, or the id of a run or an attempt');
  },
  run,
  failed: (failure, exitCode) => document([], null, errorJson(failure, exitCode)),
});

async function run(
  [what = '']: readonly string[],
  flags: FlagsOf<typeof FLAGS>,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const books = await deps.books(await deps.settings(flags));
  const { ledger } = books;
  try {
    await mentionUnfinished(books, terminal, deps.clock);
    const found = await find(what, ledger, deps);
    const inside = await factsInside(what, deps);
    if (found.length === 0 && inside === null) {
      throw usageFailure(
        `The ledger knows nothing of "${excerpt(what)}".`,
        'It takes an image file, its sha256, or the id of a run; what was bought with --sandbox needs --sandbox.',
      );
    }
    if (flags.json) {
      terminal.out(JSON.stringify(document(found, inside, null), null, 2));
    } else {
      for (const [index, one] of found.entries()) {
        if (index > 0) terminal.out('');
        for (const line of describe(one)) terminal.out(line);
      }
      if (found.length === 0 && inside) {
        terminal.note('note   The ledger knows nothing of it; this is what the picture says itself.');
        for (const line of describeFacts(inside)) terminal.out(line);
      }
    }
    return 0;
  } finally {
    ledger.close();
  }
}

/** Looks for a file by its bytes too, so that one that was moved or copied is still found. */
async function find(what: string, ledger: Ledger, deps: Deps): Promise<readonly Receipt[]> {
  for (const by of ['attempt', 'run', 'sha256'] as const) {
    const found = await ledger.receipts({ by, value: what });
    if (found.length > 0) return found;
  }
  const pictureFiles = await deps.pictureFiles();
  if ((await pictureFiles.kindOf(what)) !== 'file') {
    return ledger.receipts({ by: 'path', value: resolve(deps.cwd, what) });
  }
  return ledger.receipts({ by: 'sha256', value: deps.sha256(await pictureFiles.read(what)) });
}

/** What the file itself carries; null where it is none, or carries nothing. */
async function factsInside(what: string, deps: Deps): Promise<PictureFacts | null> {
  const pictureFiles = await deps.pictureFiles();
  if ((await pictureFiles.kindOf(what)) !== 'file') return null;
  return (await deps.pictures()).factsIn(await pictureFiles.read(what));
}

function describeFacts({ prompt, model, runId, cost }: PictureFacts): readonly string[] {
  return factLines([
    ['prompt', excerpt(prompt, 300)],
    ['model', model],
    ['run', runId],
    ['paid', cost === null ? 'not known' : `$${cost}`],
  ]);
}

function factLines(facts: readonly (readonly [string, string | null])[]): readonly string[] {
  return facts.flatMap(([key, value]) => (value === null ? [] : [`${key.padEnd(8)}  ${printable(value)}`]));
}

function describe({ attempt, run, state, why, heldAt, bill, images }: Receipt): readonly string[] {
  const facts: readonly (readonly [string, string | null])[] = [
    ...images.map(
      ({ absolutePath, width, height, bytes, sha256 }) =>
        [
          'image',
          `${printable(absolutePath)} (${width}x${height}, ${bytes} bytes, sha256 ${sha256.slice(0, 12)}…)`,
        ] as const,
    ),
    ['prompt', excerpt(attempt.prompt, 300)],
    ['model', `${attempt.model}, ${attempt.size}, ${attempt.aspect ?? 'any aspect'}, lane ${attempt.lane}`],
    ['bought', new Date(heldAt).toISOString()],
    ['state', why === null ? state : `${state}: ${printable(why)}`],
    ['run', `${run.runId} (pixtab ${run.command})`],
    ['project', run.project],
    ['labels', run.labels.join(', ') || null],
    ['quoted', `${format(attempt.expected)}, from ${format(attempt.low)} to ${format(attempt.high)}`],
    ['paid', bill === null ? paidWithout(state) : `${format(bill.amount)} (${bill.basis})`],
  ];
  const shown = factLines(facts);
  return bill === null || bill.lines.length === 0 ? shown : [...shown, ...lines(bill)];
}

function paidWithout(state: Receipt['state']): string {
  if (state === 'unconfirmed') return 'unconfirmed: counted at the quoted price';
  return state === 'released' ? 'nothing' : 'not settled yet';
}

function lines(bill: NonNullable<Receipt['bill']>): readonly string[] {
  const columns = [
    { title: 'meter' },
    ...['quantity', 'rate', 'amount'].map((title) => ({ title, right: true })),
  ];
  const rows = bill.lines.map(({ meter, quantity, rate, per, unit, amount }) => [
    meter,
    String(quantity),
    `${format(rate)} per ${per === 1 ? '' : `${per} `}${unit}${per === 1 ? '' : 's'}`,
    format(amount),
  ]);
  return textTable(columns, rows).map((line) => `          ${line}`);
}

function document(
  found: readonly Receipt[],
  embedded: PictureFacts | null,
  error: ReturnType<typeof errorJson> | null,
) {
  return { schema: SCHEMA, receipts: found.map(toJson), embedded, error };
}

function toJson({ attempt, run, state, why, heldAt, bill, images }: Receipt) {
  return {
    attemptId: attempt.attemptId,
    runId: run.runId,
    command: run.command,
    project: run.project,
    labels: run.labels,
    state,
    why,
    boughtAt: new Date(heldAt).toISOString(),
    model: attempt.model,
    lane: attempt.lane,
    size: attempt.size,
    aspect: attempt.aspect,
    prompt: attempt.prompt,
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
    images: images.map((image) => ({ ...imageJson(image), path: image.absolutePath })),
  };
}
