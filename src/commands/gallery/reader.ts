import { aliasOf, MODELS } from '../../core/catalogue/catalogue.ts';
import { wordsIn } from '../../core/drafts/prompt.ts';
import type {
  PageAround,
  PageFilters,
  PageModel,
  PageRow,
  PageRows,
  PageSession,
  PageSpending,
  PageStart,
  PageTurn,
} from '../../core/page/types.ts';
import { toDecimal } from '../../core/pricing/money.ts';
import type { Deps, Filter, Ledger, Receipt, SessionTurn, Sessions } from '../../ports/index.ts';
import { withTries } from '../ledger/tries.ts';
import { askedFor, filterFor, type Asked } from '../shared/filters.ts';
import { flagsOf, saying } from './filters.ts';
import { filesOf, type Finder } from './pictures.ts';
import { pageRow, type Telling } from './rows.ts';
import { spendingFor } from './spending.ts';

/** Looks into the ledger for a page. Failure `usage` where a filter cannot be understood. */
export interface PageReader {
  rows(filters: PageFilters, from: number, count: number, asOf?: number): Promise<PageRows>;
  /** null for an id that there is not. */
  row(id: string): Promise<PageRow | null>;
  around(id: string): Promise<PageAround | null>;
  spending(filters: PageFilters): Promise<PageSpending>;
  start(filters: PageFilters): Promise<Omit<PageStart, 'source' | 'files' | 'spending'>>;
}

interface Reading {
  readonly ledger: Ledger;
  readonly sessions: Pick<Sessions, 'load' | 'sessionOf'>;
  readonly finder: Finder;
  readonly telling: Telling;
  readonly deps: Pick<Deps, 'clock' | 'version' | 'zone'>;
  readonly utc: boolean;
}

/** Requests of the same prompt that are looked at. */
const MOST_ALIKE = 200;

export function pageReader({ ledger, sessions, finder, telling, deps, utc }: Reading): PageReader {
  async function asked(filters: PageFilters): Promise<{ readonly asked: Asked; readonly filter: Filter }> {
    const flags = { ...flagsOf(filters), utc };
    const asked = askedFor(flags, deps);
    return { asked, filter: await filterFor(flags, asked, ledger) };
  }

  const toRow = async (receipt: Receipt): Promise<PageRow> =>
    pageRow(receipt, await Promise.all(filesOf(receipt).map((file) => finder.glance(file))), telling);
  const toRows = (receipts: readonly Receipt[]): Promise<readonly PageRow[]> =>
    Promise.all(receipts.map(toRow));

  async function receiptOf(id: string): Promise<Receipt | null> {
    const [receipt = null] = await ledger.receipts({ by: 'attempt', value: id });
    return receipt;
  }

  /** The newest of each model, besides the request itself. */
  async function alike({ attempt: { prompt, attemptId } }: Receipt): Promise<readonly Receipt[]> {
    const words = wordsIn(prompt);
    if (words === '' || telling.hidesPrompts) return [];
    const found = await ledger.history({ since: null, until: null, words: [words], limit: MOST_ALIKE });
    return found.filter(
      ({ attempt }) => wordsIn(attempt.prompt) === words && attempt.attemptId !== attemptId,
    );
  }

  async function sessionAround({ attempt, run }: Receipt): Promise<PageSession | null> {
    if (!['chat', 'edit', 'generate', 'develop'].includes(run.command)) return null;
    const name = await sessions.sessionOf(attempt.attemptId);
    const turns = name === null ? null : await sessions.load(name);
    return name === null || turns === null ? null : { name, turns: await Promise.all(turns.map(turnOf)) };
  }

  async function turnOf({ id, at, model, prompt, cost, pictures, words }: SessionTurn): Promise<PageTurn> {
    const receipt = await receiptOf(id);
    const { hidesPrompts } = telling;
    return {
      id,
      at: new Date(at).toISOString(),
      alias: aliasOf(model),
      prompt: hidesPrompts ? null : prompt,
      cost: toDecimal(cost),
      pictures,
      words: hidesPrompts ? null : words || null,
      sha256: receipt?.images[0]?.sha256 ?? null,
    };
  }

  return {
    async rows(filters, from, count, asOf) {
      const { filter } = await asked(filters);
      // What is bought while somebody scrolls would move all rows.
      const until = asOf === undefined ? filter.until : Math.min(asOf, filter.until ?? asOf);
      const pinned = { ...filter, until };
      const receipts = await ledger.history({ ...pinned, skip: from, limit: count });
      return { total: await ledger.count(pinned), rows: await toRows(receipts) };
    },
    async row(id) {
      const receipt = await receiptOf(id);
      return receipt && toRow(receipt);
    },
    async around(id) {
      const receipt = await receiptOf(id);
      if (receipt === null) return null;
      const tries = await withTries([receipt], ledger);
      return {
        tries: await toRows(tries),
        session: await sessionAround(receipt),
        alike: await toRows(await alike(receipt)),
      };
    },
    async spending(filters) {
      const { asked: about, filter } = await asked(filters);
      const now = deps.clock.now();
      return spendingFor({ ledger, filter, local: about.local, now, about: saying(filters) });
    },
    async start(filters) {
      const { asked: at } = await asked(filters);
      const now = deps.clock.now();
      const { projects, labels } = await ledger.filings();
      return {
        sandbox: telling.sandbox,
        version: deps.version,
        // Everything that began up to now is before it.
        at: new Date(now + 1).toISOString(),
        zone: at.local.zone,
        hidesPrompts: telling.hidesPrompts,
        models: await modelsIn(ledger),
        projects: projects.toSorted(),
        labels: labels.toSorted(),
        filters,
      };
    },
  };
}

/** Models that were ever bought, the catalogue's first. */
async function modelsIn(ledger: Pick<Ledger, 'spending'>): Promise<readonly PageModel[]> {
  const slices = await ledger.spending({ since: null, until: null, by: 'model' });
  const ids = new Set(slices.map(({ key }) => key));
  const known = MODELS.map(({ id }) => id).filter((id) => ids.has(id));
  const others = [...ids].filter((id) => !known.includes(id)).toSorted();
  return [...known, ...others].map((id) => ({ id, alias: aliasOf(id) }));
}
