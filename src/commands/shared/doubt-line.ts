import { format, type Usd } from '../../core/pricing/money.ts';

/** What may have been charged besides, below what was paid. */
export const doubtLine = (unconfirmed: Usd, { sandbox }: { readonly sandbox: boolean }): string =>
  `       ${format(unconfirmed)} more may have been charged; it is counted until you know${sandbox ? ' (in the sandbox: nothing was spent)' : ''}`;
