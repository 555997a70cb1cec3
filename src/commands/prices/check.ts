import { compare, type Finding } from '../../core/catalogue/compare-with.ts';
import { Failure, usageFailure } from '../../core/errors.ts';
import { toDecimal } from '../../core/pricing/money.ts';
import { moneyIn, printTable } from '../shared/layout.ts';
import { printJson, type Context } from './shared.ts';

/** Compares another catalogue with this one: each disagreement, and what the other one does not say. */
export async function check(context: Context): Promise<void> {
  const { rest, flags, day, models, layout, deps, terminal } = context;
  const { against } = flags;
  if (against === undefined || rest.length > 0) throw usageFailure('prices check takes --against <file>.');
  const found = compare(parsed(await deps.readText(against), against), day, models);
  if (!found) {
    throw usageFailure(`${against} is neither LiteLLM's price map nor genai-prices' data.`);
  }
  const differing = found.findings.filter(({ verdict }) => verdict !== 'same');
  if (layout === 'json') {
    printJson(context, {
      at: day,
      format: found.format,
      findings: found.findings.map(findingJson),
      unknown: found.unknown,
      uncompared: found.uncompared,
    });
    return;
  }
  const columns = [
    { title: 'model' },
    { title: 'lane' },
    { title: 'meter' },
    { title: 'here', right: true },
    { title: 'there', right: true },
  ];
  const money = moneyIn(layout);
  const notSaid = layout === 'csv' ? '' : 'not said';
  const rows = differing.map(({ model, lane, meter, size, ours, theirs }) => [
    model,
    lane,
    size === null ? meter : `${meter} ${size}`,
    money(ours),
    theirs === null ? notSaid : money(theirs),
  ]);
  printTable(layout, columns, rows, terminal);
  for (const model of found.unknown) terminal.note(`note   ${model} is not in ${against}.`);
  if (found.uncompared.length > 0) {
    terminal.note(
      `note   not compared, because ${against} has no such price: ${found.uncompared.join(', ')}.`,
    );
  }
  const same = found.findings.length - differing.length;
  terminal.note(
    `note   ${same} of ${found.findings.length} prices agree, of the ${models.length} models here.`,
  );
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
