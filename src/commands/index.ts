import type { CommandModule } from './shared/command.ts';

export interface Entry {
  readonly name: string;
  readonly summary: string;
  /** Only the command that runs is loaded: start-up is part of the product. */
  readonly load: () => Promise<CommandModule>;
}

export const COMMANDS: readonly Entry[] = [
  {
    name: 'generate',
    summary: 'make images (the default command)',
    load: async () => (await import('./create/generate.ts')).generate,
  },
  {
    name: 'edit',
    summary: 'change images',
    load: async () => (await import('./create/edit.ts')).edit,
  },
  {
    name: 'chat',
    summary: 'several turns on one image',
    load: async () => (await import('./create/chat.ts')).chat,
  },
  {
    name: 'develop',
    summary: 'make a draft of --drafts large',
    load: async () => (await import('./create/develop.ts')).develop,
  },
  {
    name: 'estimate',
    summary: 'the price, offline',
    load: async () => (await import('./estimate/estimate.ts')).estimate,
  },
  {
    name: 'models',
    summary: 'what can be bought, at what price',
    load: async () => (await import('./prices/models.ts')).models,
  },
  {
    name: 'prices',
    summary: 'the catalogue of prices: why, diff, check',
    load: async () => (await import('./prices/prices.ts')).prices,
  },
  {
    name: 'batch',
    summary: 'jobs in the half-price lane: list, show, wait, fetch, cancel, resubmit',
    load: async () => (await import('./batch/batch.ts')).batch,
  },
  {
    name: 'recover',
    summary: 'finish what was paid for',
    load: async () => (await import('./ledger/recover.ts')).recover,
  },
  {
    name: 'settle',
    summary: 'say what is known of a request that may have been charged',
    load: async () => (await import('./ledger/settle.ts')).settle,
  },
  {
    name: 'history',
    summary: 'what was bought, a line a request',
    load: async () => (await import('./ledger/history.ts')).history,
  },
  {
    name: 'spend',
    summary: 'what was spent',
    load: async () => (await import('./ledger/spend.ts')).spend,
  },
  {
    name: 'reconcile',
    summary: "the ledger against Google's invoice",
    load: async () => (await import('./reconcile/reconcile.ts')).reconcile,
  },
  {
    name: 'budget',
    summary: 'limits: set, list, rm',
    load: async () => (await import('./ledger/budget.ts')).budget,
  },
  {
    name: 'receipt',
    summary: 'what an image or a run cost, and where it came from',
    load: async () => (await import('./ledger/receipt.ts')).receipt,
  },
  {
    name: 'gallery',
    summary: 'a page of what was bought, to look at and to search',
    load: async () => (await import('./gallery/gallery.ts')).gallery,
  },
  {
    name: 'verify',
    summary: 'whether the files still match the ledger',
    load: async () => (await import('./ledger/verify.ts')).verify,
  },
  {
    name: 'ledger',
    summary: 'where the ledger is; check, copy to another place',
    load: async () => (await import('./ledger/ledger.ts')).ledger,
  },
  {
    name: 'forget',
    summary: 'let prompts and inputs go; what was spent stays',
    load: async () => (await import('./ledger/forget.ts')).forget,
  },
  {
    name: 'prompt',
    summary: 'prompts to use again: save, list, show, rm',
    load: async () => (await import('./system/prompts.ts')).prompt,
  },
  {
    name: 'session',
    summary: 'conversations to go on with: list, rm',
    load: async () => (await import('./system/sessions.ts')).session,
  },
  {
    name: 'plan',
    summary: 'what a manifest of pictures would buy, and for how much',
    load: async () => (await import('./manifest/plan.ts')).plan,
  },
  {
    name: 'apply',
    summary: 'buy what a manifest asks for and is not there yet',
    load: async () => (await import('./manifest/apply.ts')).apply,
  },
  {
    name: 'diff',
    summary: 'what a change to a manifest costs, against a git revision',
    load: async () => (await import('./manifest/diff.ts')).diff,
  },
  {
    name: 'queue',
    summary: 'what a team buys: add, status, pause, resume, cancel, retry',
    load: async () => (await import('./queue/queue.ts')).queue,
  },
  {
    name: 'work',
    summary: 'buy what is in the queue, on as many machines as there are',
    load: async () => (await import('./queue/work.ts')).work,
  },
  {
    name: 'mcp',
    summary: 'an MCP server that buys within an allowance',
    load: async () => (await import('./agent/mcp.ts')).mcp,
  },
  {
    name: 'sandbox',
    summary: 'the Gemini API on loopback',
    load: async () => (await import('./system/sandbox.ts')).sandbox,
  },
  {
    name: 'init',
    summary: 'a manifest, lines for git, and workflows for CI',
    load: async () => (await import('./init/init.ts')).init,
  },
  {
    name: 'config',
    summary: 'settings: list, get, set, unset, path, edit',
    load: async () => (await import('./system/config.ts')).config,
  },
  {
    name: 'auth',
    summary: 'the key: status, login, logout',
    load: async () => (await import('./system/auth.ts')).auth,
  },
  {
    name: 'completion',
    summary: 'Tab in bash, zsh, fish or PowerShell',
    load: async () => (await import('./completion/completion.ts')).completion,
  },
  {
    name: 'doctor',
    summary: 'whether everything is in order here',
    load: async () => (await import('./system/doctor.ts')).doctor,
  },
];

export const DEFAULT = 'generate';
