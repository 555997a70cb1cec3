import { aliasOf } from '../../core/catalogue/catalogue.ts';
import { exitCodeFor, mostPressing, usageFailure } from '../../core/errors.ts';
import { endings } from '../../core/manifest/endings.ts';
import { dayOf } from '../../core/policy/calendar.ts';
import { counting, EMPTY_TALLY, pricedAs, type Tally } from '../../core/manifest/tally.ts';
import { excerpt, printable } from '../../core/text/text.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import { compare, type Compared, type Comparison } from '../../project/diff.ts';
import { openProject, shown, type Project } from '../../project/project.ts';
import { errorJson, tellFailure } from '../shared/command.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { headline, MARKDOWN_HEAD, tallyJson } from './plan-output.ts';
import { priceFlag } from '../shared/price-flags.ts';
import {
  modelsOf,
  overFailOver,
  priceOf,
  pricingContext,
  projectFlag,
  rangeJson,
  refusalOf,
  tellDoubt,
} from './flags.ts';
import { documentOf } from '../shared/envelope.ts';

const SCHEMA = 'pixtab.diff/1';

const FLAGS = [
  projectFlag.file,
  declare('--base <revision>', 'what to compare with, as git knows it', { default: 'HEAD' }),
  priceFlag.failOver,
  projectFlag.markdown,
  flag.sandbox,
  ...COMMON,
] as const;
type DiffFlags = FlagsOf<typeof FLAGS>;

export const diff = defineCommand({
  flags: FLAGS,
  configure: (command) => void command.addHelpText('after', EXAMPLES),
  run: (_, flags, deps, terminal) => run(flags, deps, terminal),
  failed: (failure, _, sandbox) => documentOf(SCHEMA, { sandbox, failure }, NOTHING),
  leftOver: 'A revision is named with --base, a manifest with -f.',
});

const NOTHING = { base: null, headline: null, pictures: [], kept: 0, removed: [], total: null };

const EXAMPLES = `
Examples:
  pixtab diff
  pixtab diff --base origin/main --markdown --fail-over 1.00`;

async function run(flags: DiffFlags, deps: Deps, terminal: Terminal): Promise<number> {
  if (flags.json && flags.markdown)
    throw usageFailure('--json and --markdown are two ways to print the same.');
  const settings = await deps.settings(flags);
  const project = await openProject(flags.file, deps);
  const found = await compare(project, flags.base, {
    deps,
    pricing: pricingContext(settings, deps),
    doubt: tellDoubt(terminal),
  });
  if (found.isNew) terminal.note(`note   ${newSentence(project, flags.base)}`);
  const tally = tallyOf(found);
  const overLimit = overFailOver(flags.failOver, tally.planned);
  const failure = mostPressing([overLimit, refusalOf(impossibleIn(found))].filter((one) => one !== null));
  const ends = endings(dayOf(deps.clock.now()));
  for (const { picture, impossible, ...rest } of found.changed)
    if (!impossible) for (const model of modelsOf(rest)) ends.add(model, picture.key);
  const warnings = ends.sentences();
  const document = documentOf(SCHEMA, { ...settings, failure, warnings }, bodyOf(flags.base, found, tally));
  if (flags.json) terminal.out(JSON.stringify(document, null, 2));
  else if (flags.markdown) for (const line of linesOf(found, tally, true)) terminal.out(line);
  else for (const line of linesOf(found, tally, false)) terminal.text(line);
  for (const end of warnings) terminal.note(`note   ${printable(end)}`);
  terminal.summarise(linesOf(found, tally, true).join('\n'));
  if (failure === null) return 0;
  tellFailure(failure, terminal);
  return exitCodeFor(failure.kind);
}

const impossibleIn = ({ changed }: Comparison): Parameters<typeof refusalOf>[0] =>
  changed.flatMap(({ picture: { key }, impossible: why }) => (why ? [{ key, why }] : []));

/** It may have had another name. */
const newSentence = (project: Project, base: string): string =>
  `${printable(shown(project, project.file))} is not there at ${printable(base)}, so all of it counts as new.`;

function tallyOf({ changed, kept, removed }: Comparison): Tally {
  let tally: Tally = { ...EMPTY_TALLY, keep: kept, orphan: removed.length };
  for (const { difference, quoted, impossible } of changed) {
    tally = counting(tally, impossible ? 'impossible' : difference.action, pricedAs(quoted));
  }
  return tally;
}

function linesOf(found: Comparison, tally: Tally, markdown: boolean): readonly string[] {
  const { changed, removed } = found;
  const bought = changed.filter(({ isBought }) => isBought).length;
  const rows = [
    ...changed.map((planned) => row(planned, markdown)),
    ...removed.map((key) => (markdown ? `| - | ${code(key)} | | | |` : `- ${printable(key)}`)),
  ];
  return [
    markdown ? `**${headline(tally)}**` : headline(tally),
    ...(bought > 0 ? [`${markdown ? '\n' : ''}${bought} of them bought already, as the lock says.`] : []),
    ...(markdown && rows.length > 0 ? ['', ...MARKDOWN_HEAD] : []),
    ...rows,
  ];
}

function row({ picture, difference, quoted, impossible }: Compared, markdown: boolean): string {
  const sign = impossible ? '!' : difference.action === 'create' ? '+' : '~';
  const price = priceOf({ quoted, impossible });
  const never = impossible ? [`cannot be bought: ${impossible.message}`] : [];
  const why = printable([...difference.why, ...never].join(', '));
  const model = quoted === null ? '' : `${aliasOf(quoted.offer.order.model.id)} ${quoted.offer.order.size}`;
  if (markdown) return `| ${[sign, code(picture.key), price, why, model].join(' | ')} |`;
  return `${sign} ${excerpt(picture.key, 60).padEnd(24)}  ${price.padStart(8)}  ${[why, model].filter(Boolean).join('  ')}`.trimEnd();
}

const code = (key: string): string => `\`${excerpt(key, 60)}\``;

function bodyOf(base: string, { changed, kept, removed }: Comparison, tally: Tally) {
  return {
    base,
    headline: headline(tally),
    pictures: changed.map(({ picture, hash, difference, quoted, impossible, isBought }) => ({
      id: picture.key,
      action: difference.action,
      why: difference.why,
      hash,
      model: quoted?.offer.order.model.id ?? null,
      quote: quoted && rangeJson(quoted.offer.quote),
      bought: isBought,
      error: impossible && errorJson(impossible, { sandbox: false }),
    })),
    kept,
    removed,
    total: tallyJson(tally),
  };
}
