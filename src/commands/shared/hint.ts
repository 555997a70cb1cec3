/** A command line to type, for the same money: what happened in the sandbox is there alone. */
export const typed = (words: string, { sandbox }: { readonly sandbox: boolean }): string =>
  `pixtab ${words}${sandbox ? ' --sandbox' : ''}`;

/** The title of a column of money. */
export const moneyTitle = (title: string, { sandbox }: { readonly sandbox: boolean }): string =>
  sandbox ? `${title} (sandbox)` : title;
