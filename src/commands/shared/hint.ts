/** Commands that look at money, each with a --sandbox; some have a verb behind their name. */
const WITH_MONEY =
  /\bpixtab (?:(?:batch|budget|queue|session) (?:list|show|wait|fetch|cancel|resubmit|set|rm|add|status|pause|resume|retry)|generate|edit|develop|mcp|chat|recover|forget|gallery|settle|history|spend|reconcile|budget|queue|work|receipt|verify|session|plan|apply|diff|batch|ledger(?: check)?)\b(?! --sandbox)/g;

/** A text whose commands look into the sandbox, as the command line did that it answers. */
export const inSandbox = (text: string): string => text.replace(WITH_MONEY, '$& --sandbox');

/** The title of a column of money. */
export const moneyTitle = (title: string, { sandbox }: { readonly sandbox: boolean }): string =>
  sandbox ? `${title} (sandbox)` : title;
