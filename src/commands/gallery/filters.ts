import { Command, CommanderError } from 'commander';
import { usageFailure } from '../../core/errors.ts';
import { PAGE_FILTERS, type PageFilters } from '../../core/page/types.ts';
import { FILTERS, type FilterFlags } from '../shared/filters.ts';

/** Filters that a browser sends, read as the flags that they are. */
export function flagsOf(filters: PageFilters): FilterFlags {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const option of FILTERS) command.addOption(option());
  const args = PAGE_FILTERS.flatMap((name) => {
    const value = filters[name];
    if (value === undefined || value === '') return [];
    return [name === 'refused' || name === 'unconfirmed' ? `--${name}` : `--${name}=${value}`];
  });
  try {
    return command.parse(args, { from: 'user' }).opts();
  } catch (error) {
    if (error instanceof CommanderError) throw usageFailure(error.message.replace(/^error: /, ''));
    throw error;
  }
}

/** Filters that were typed, as a page sends them. */
export function filtersIn(flags: FilterFlags): PageFilters {
  const typed = Object.entries(flags).flatMap(([name, value]) =>
    PAGE_FILTERS.some((filter) => filter === name) && value !== false
      ? [[name, value === true ? 'yes' : value]]
      : [],
  );
  return Object.fromEntries(typed);
}

/** "project shop, since 7d" */
export const saying = (filters: PageFilters): string =>
  Object.entries(filters)
    .map(([name, value]) => (value === 'yes' ? name : `${name} ${value}`))
    .join(', ') || 'everything';
