import type { Deps, Terminal } from '../../ports/index.ts';
import { defineCommand } from '../shared/flag.ts';
import { check } from './check.ts';
import { FLAGS, pricesDocument, type Context, type PricesFlags } from './shared.ts';
import { diff } from './diff.ts';
import { list } from './list.ts';
import { why } from './why.ts';
import { dayFor, modelsFor } from '../shared/price-flags.ts';
import { layoutOf } from '../shared/layout.ts';
import { unknownVerb } from '../shared/usage-sentences.ts';

const VERBS: Readonly<Record<string, (context: Context) => Promise<number | void> | void>> = {
  list,
  why,
  diff,
  check,
};

export const prices = defineCommand({
  flags: FLAGS,
  configure(command) {
    command
      .argument('[what]', 'list, why <model>, diff <day> <day>, or check', 'list')
      .argument('[names...]', 'a model, or two days')
      .addHelpText('after', HELP);
  },
  run,
  failed: (failure) => pricesDocument({ sandbox: false, failure }),
});

const HELP = `
Examples:
  pixtab prices why nano-banana-pro              where a price comes from
  pixtab prices diff 2026-03-01 2026-08-20       what changed between two days
  pixtab prices check --against model_prices.json   exit 12 where a price differs

A file for --prices replaces rates of the catalogue, in dollars for an image or for a million tokens:
  { "schema": "pixtab.prices/1", "source": "https://gateway.example/prices", "checked": "2026-11-20",
    "prices": [ { "model": "nano-banana-pro", "perImage": { "1K": "0.05", "4K": "0.09" } },
                { "model": "nano-banana-2.1", "lane": "batch", "perMillion": { "imageOutput": "12" } } ] }`;

const UPDATED =
  'Prices come with pixtab, and npm updates it; --prices <file> has those of an account or a gateway.';

/** What other tools call them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ls: 'list',
  show: 'list',
  explain: 'why',
  compare: 'check',
  update: UPDATED,
  refresh: UPDATED,
  fetch: UPDATED,
};

async function run(
  [what = 'list', ...rest]: readonly string[],
  flags: PricesFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const verb = Object.hasOwn(VERBS, what) ? VERBS[what] : undefined;
  if (!verb) throw unknownVerb('prices', what, Object.keys(VERBS), ELSEWHERE);
  const models = await modelsFor(flags, deps);
  const context = { rest, flags, layout: layoutOf(flags), day: dayFor(flags, deps), models, deps, terminal };
  return (await verb(context)) ?? 0;
}
