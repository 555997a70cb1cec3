import type { Lane, Size } from '../catalogue/model.ts';

// What the page is given: its own form, apart from the public JSON. Money is decimal dollars, moments are ISO 8601 in UTC, and
// what is absent is null.

/** A part of a page that stands in its HTML. */
export interface PageStart {
  /** Who answers: pixtab itself, files beside the page, or nobody, where the page is about spending alone. */
  readonly source: 'server' | 'files' | 'none';
  readonly sandbox: boolean;
  readonly version: string;
  /** The moment that the page is about. */
  readonly at: string;
  /** The time zone of its days. */
  readonly zone: string;
  /** Prompts, and what could repeat them, were left out. */
  readonly hidesPrompts: boolean;
  readonly models: readonly PageModel[];
  readonly projects: readonly string[];
  readonly labels: readonly string[];
  /** What was asked for on the command line. */
  readonly filters: PageFilters;
  /** Files of rows, where the source is files. */
  readonly files: number;
  readonly spending: PageSpending | null;
}

export interface PageModel {
  readonly id: string;
  /** As tables call it. */
  readonly alias: string;
}

/** The filters of `pixtab history`, in the words that they are typed in. */
export type PageFilters = Readonly<Partial<Record<PageFilter, string>>>;
export const PAGE_FILTERS = [
  ...(['search', 'model', 'project', 'label', 'lane', 'since', 'until', 'run', 'refused'] as const),
  ...(['unconfirmed'] as const),
] as const;
export type PageFilter = (typeof PAGE_FILTERS)[number];

/** Some of the rows that the filters leave, newest first. */
export interface PageRows {
  readonly total: number;
  readonly rows: readonly PageRow[];
}

/** A request. */
export interface PageRow {
  readonly id: string;
  /** Enough of the id to find it by. */
  readonly shortId: string;
  readonly runId: string;
  readonly command: string;
  readonly at: string;
  readonly project: string | null;
  readonly labels: readonly string[];
  readonly model: string;
  readonly alias: string;
  readonly lane: Lane;
  readonly gateway: string | null;
  readonly size: Size;
  readonly aspect: string | null;
  readonly thinking: string | null;
  /** null where it was forgotten or left out. */
  readonly prompt: string | null;
  readonly outcome: string;
  readonly reason: string | null;
  /** In what the answer differed: sentences. */
  readonly differences: readonly string[];
  readonly sends: number;
  readonly quote: { readonly low: string; readonly expected: string; readonly high: string };
  /** null while its price is only held. */
  readonly cost: PageCost | null;
  readonly settledBy: { readonly charged: string; readonly who: string; readonly at: string } | null;
  readonly inputs: readonly PageInput[];
  /** Earlier turns of a conversation that were sent along. */
  readonly turns: number;
  readonly images: readonly PageImage[];
  readonly commands: readonly PageCommand[];
}

export interface PageCost {
  readonly amount: string;
  /** How it is known; null where nothing was charged. */
  readonly basis: string | null;
  readonly charged: string;
  readonly lines: readonly PageLine[];
}

export interface PageLine {
  readonly meter: string;
  readonly quantity: number;
  readonly unit: string;
  readonly rate: string;
  readonly per: number;
  readonly amount: string;
}

export interface PageInput {
  /** null where paths were left out. */
  readonly path: string | null;
  readonly sha256: string | null;
}

export interface PageImage {
  readonly sha256: string;
  /** null where paths were left out. */
  readonly path: string | null;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly mimeType: string;
  readonly place: PagePlace;
  /** Of a draft: its number within the sheet, from 1, and how it is made large. */
  readonly draft: { readonly number: number; readonly command: PageCommand } | null;
}

/**
 * Where a picture is now: as it was saved; nowhere to be seen at its path, or another file is there, and nobody has looked
 * further yet; at another path; gone, but kept in the store; gone.
 */
export type PagePlace =
  | { readonly state: 'there' | 'missing' | 'replaced' | 'stored' | 'gone' }
  | { readonly state: 'moved'; readonly path: string | null };

/** A command line to copy. */
export interface PageCommand {
  readonly label: string;
  /** null where there is none. */
  readonly line: string | null;
  /** What to know about it, or why there is none. */
  readonly note: string | null;
}

/** What a request is looked at beside. */
export interface PageAround {
  /** All that was tried for the same pictures, in order. */
  readonly tries: readonly PageRow[];
  readonly session: PageSession | null;
  /** The same prompt, of other models too; newest first. */
  readonly alike: readonly PageRow[];
}

export interface PageSession {
  readonly name: string;
  readonly turns: readonly PageTurn[];
}

export interface PageTurn {
  readonly id: string;
  readonly at: string;
  readonly alias: string;
  readonly prompt: string | null;
  readonly cost: string;
  readonly pictures: number;
  /** What the model said. */
  readonly words: string | null;
  /** Its first picture. */
  readonly sha256: string | null;
}

// ---------------------------------------------------------------- spending

export interface PageSpending {
  /** What it is about, for people: "project shop, since 2026-11-01". */
  readonly about: string;
  readonly total: PageSpent;
  readonly step: 'day' | 'week' | 'month';
  /** Every day, week or month from the first to the last, also those without any. */
  readonly periods: readonly string[];
  /** What is held, by period. */
  readonly held: readonly string[];
  readonly byModel: readonly PageSeries[];
  readonly byProject: readonly PageSeries[];
  readonly budgets: readonly PageBudget[];
  readonly accuracy: readonly PageAccuracy[];
  readonly refusals: readonly PageRefusal[];
  readonly batch: PageSaving | null;
  readonly reconcile: PageReconcile | null;
}

export interface PageSpent {
  readonly settled: string;
  readonly unconfirmed: string;
  readonly held: string;
  readonly requests: number;
  readonly unconfirmedRequests: number;
  readonly images: number;
}

/** What one model or project came to: settled and unconfirmed together. */
export interface PageSeries {
  readonly name: string;
  readonly total: string;
  /** By period. */
  readonly amounts: readonly string[];
}

export interface PageBudget {
  readonly name: string;
  readonly amount: string;
  readonly used: string;
  readonly held: string;
  readonly left: string;
  /** The local time and its zone, "with every run", "never". */
  readonly resets: string;
  /** When it is met at the rate of its window so far; "now", "not before it resets", null where it has no window. */
  readonly met: string | null;
}

export interface PageAccuracy {
  readonly alias: string;
  readonly bills: number;
  readonly quoted: string;
  readonly billed: string;
  /** Bills from the quote's low to its high. */
  readonly inside: number;
  readonly worst: { readonly id: string; readonly quoted: string; readonly billed: string };
}

export interface PageRefusal {
  readonly reason: string;
  readonly requests: number;
  readonly cost: string;
}

/** What the batch lane cost, and what the same would have cost at once. */
export interface PageSaving {
  readonly requests: number;
  readonly paid: string;
  readonly now: string;
  /** Requests that are left out, because what they would have cost at once is not known. */
  readonly unknown: number;
}

export interface PageReconcile {
  readonly invoices: readonly string[];
  readonly isAgreed: boolean;
  readonly rows: readonly PageComparison[];
  /** Sentences. */
  readonly notes: readonly string[];
}

export interface PageComparison {
  readonly day: string;
  readonly alias: string;
  readonly lane: string;
  readonly meter: string;
  readonly ledger: PageSide;
  readonly invoice: PageSide | null;
  readonly verdict: string;
  readonly disagrees: boolean;
  /** Neither agrees nor disagrees: it is not on the invoice, or not yet. */
  readonly isUncompared: boolean;
}

export interface PageSide {
  readonly quantity: number;
  readonly amount: string;
}
