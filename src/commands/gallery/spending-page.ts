import { usageFailure } from '../../core/errors.ts';
import type { PageFilters, PageReconcile, PageStart } from '../../core/page/types.ts';
import type { Calendar } from '../../core/policy/calendar.ts';
import { printable } from '../../core/text/text.ts';
import type { Deps, Filter, Ledger, Settings } from '../../ports/index.ts';
import { alonePage } from './html.ts';
import { spendingFor } from './spending.ts';

interface Page {
  readonly path: string;
  readonly ledger: Ledger;
  readonly filter: Filter;
  /** What the filter says, for people. */
  readonly about: string;
  readonly local: Calendar;
  readonly settings: Pick<Settings, 'sandbox'>;
  readonly reconcile?: PageReconcile;
}

type PageDeps = Pick<Deps, 'clock' | 'pageAssets' | 'pictureFiles' | 'sha256' | 'version'>;

/** Failure `usage` where something else is in its place. */
export async function provePage(
  path: string,
  { force }: { readonly force?: boolean },
  { pictureFiles }: Pick<Deps, 'pictureFiles'>,
): Promise<void> {
  const kind = await (await pictureFiles()).kindOf(path);
  if (kind === 'folder')
    throw usageFailure(`--html ${printable(path)} is a folder.`, 'It takes a file: --html spending.html');
  if (kind !== 'none' && !force)
    throw usageFailure(
      `--html ${printable(path)} exists.`,
      'Name another file, or overwrite it with --force.',
    );
}

/** Writes the page about spending as one file. Resolves to a sentence about it. */
export async function writeSpendingPage(page: Page, deps: PageDeps): Promise<string> {
  const { path, ledger, filter, about, local, settings, reconcile = null } = page;
  const now = deps.clock.now();
  const filters: PageFilters = {};
  const start: PageStart = {
    source: 'none',
    sandbox: settings.sandbox,
    version: deps.version,
    at: new Date(now).toISOString(),
    zone: local.zone,
    hidesPrompts: false,
    models: [],
    projects: [],
    labels: [],
    filters,
    files: 0,
    spending: await spendingFor({ ledger, filter, local, now, about, reconcile }),
  };
  const encoder = new TextEncoder();
  const base64Hash = (text: string): string => base64(deps.sha256(encoder.encode(text)));
  const html = alonePage(start, await deps.pageAssets(), base64Hash);
  await (await deps.pictureFiles()).put(path, encoder.encode(html), { replace: true });
  return `page   ${printable(path)}`;
}

const base64 = (hex: string): string =>
  btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16))));
