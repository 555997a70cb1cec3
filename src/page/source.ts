import type {
  PageAround,
  PageFilters,
  PagePlace,
  PageRow,
  PageRows,
  PageSpending,
} from '../core/page/types.ts';

/** Where the page has its rows from. Each call rejects with an Error whose message is for people. */
export interface Source {
  rows(filters: PageFilters, from: number, count: number, signal: AbortSignal): Promise<PageRows>;
  row(id: string): Promise<PageRow>;
  around(id: string): Promise<PageAround>;
  /** Where a picture of a request is that is not at its path. */
  place(sha256: string, id: string): Promise<PagePlace>;
  spending(filters: PageFilters): Promise<PageSpending>;
}

/** Addresses of a picture and its thumbnail, the same in what is served and what is written. */
export const thumbOf = (sha256: string): string => `thumb/${sha256}.webp`;
export const pictureOf = ({
  sha256,
  mimeType,
}: {
  readonly sha256: string;
  readonly mimeType: string;
}): string => `picture/${sha256}.${mimeType.replace('image/', '')}`;
