import { aliasOf } from '../../core/catalogue/catalogue.ts';
import { compare, type Finding } from '../../core/catalogue/compare-with.ts';
import { exitCodeFor, Failure, usageFailure } from '../../core/errors.ts';
import { toDecimal } from '../../core/pricing/money.ts';
import type { Column } from '../../core/text/table.ts';
import { moneyIn, printTable } from '../shared/layout.ts';
import { printJson, type Context } from './shared.ts';

/** Compares another catalogue with this one: each disagreement, and what the other one does not say. */
export async function check(context: Context): Promise<number> {
  const { rest, flags, day, models, layout, deps, terminal } = context;
  const { against } = flags;
  if (against === undefined || rest.length > 0)
    throw usageFailure(
      'prices check takes --against <file>.',
      "LiteLLM's model_prices.json and genai-prices' data are understood.",
    );
  const found = compare(parsed(await deps.readText(against), against), day, models);
  if (!found) {
    throw usageFailure(`${against} is neither LiteLLM's price map nor genai-prices' data.`);
  }
  const differing = found.findings.filter(({ verdict }) => verdict === 'differs');
  const missing = found.findings.filter(({ verdict }) => verdict === 'missing');
  const exitCode = differing.length > 0 ? exitCodeFor('pending') : 0;
  if (layout === 'json') {
    printJson(
      context,
      {
        comparison: {
          format: found.format,
          findings: found.findings.map(findingJson),
          unknown: found.unknown,
          uncompared: found.uncompared,
        },
      },
      exitCode > 0,
    );
    return exitCode;
  }
  const columns: readonly Column[] = [
    { title: 'model', cut: 'middle' },
    { title: 'lane' },
    { title: 'meter', cut: 'end' },
    { title: 'here', right: true },
    { title: 'there', right: true },
  ];
  const money = moneyIn(layout);
  const rows = differing.map(({ model, lane, meter, size, ours, theirs }) => [
    layout === 'text' ? aliasOf(model) : model,
    lane,
    size === null ? meter : `${meter} ${size}`,
    money(ours),
    theirs === null ? '' : money(theirs),
  ]);
  if (rows.length > 0 || layout !== 'text') printTable(layout, columns, rows, terminal);
  for (const { model, lane, meter } of missing)
    terminal.detail(`       not said there: ${model}, lane ${lane}, ${meter}`);
  for (const model of found.unknown) terminal.note(`note   ${model} is not in ${against}.`);
  if (found.uncompared.length > 0) {
    terminal.note(
      `note   not compared, because ${against} has no such price: ${found.uncompared.join(', ')}.`,
    );
  }
  const compared = found.findings.length - missing.length;
  terminal.note(
    `note   ${compared - differing.length} of ${compared} prices agree; ${missing.length} more are not said there.`,
  );
  return exitCode;
}

const findingJson = ({ ours, theirs, ...finding }: Finding) => ({
  ...finding,
  ours: toDecimal(ours),
  theirs: theirs === null ? null : toDecimal(theirs),
});

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure('usage', `${file} is no valid JSON.`, { cause });
  }
}
