import { FAILURES } from '../../core/errors.ts';
import type { Part, Seen } from './part.ts';

/** Files that coding agents read before they work in a folder; the first that is there gets the section. */
const FILES = ['AGENTS.md', 'CLAUDE.md', 'GEMINI.md'] as const;

/** What coding agents that run commands should know of pixtab: what to run first, what costs, how to stay inside the budget. */
export const instructions: Part = {
  wants: async (seen) => [
    { from: 'here', path: await fileOf(seen), section: { heading: HEADING, text: TEXT } },
  ],
};

async function fileOf({ here }: Seen): Promise<string> {
  for (const name of FILES) if ((await here.kindOf(name)) === 'file') return name;
  return FILES[0];
}

const { budget, auth, 'rate-limited': limited, unavailable, unconfirmed, disk, pending } = FAILURES;

const HEADING = '## Pictures: pixtab';
const TEXT = `
Make pictures with \`pixtab\`. Every picture is paid for with real money, so the price comes first. Add \`--json\` to any
command: one document on stdout.

Look first, at no cost:

- \`pixtab doctor\`: whether there is a key, and everything else is in order
- \`pixtab budget list\`: what is left to spend
- \`pixtab estimate "a harbour at dusk"\`: the price; \`pixtab plan\` where there is a \`pixtab.yaml\`
- \`pixtab help --json\`: every command, flag, document and exit code; \`pixtab models\`: what there is

These cost money: \`pixtab generate\`, \`edit\`, \`develop\`, \`batch\`, \`apply\`.

- Try the command with \`--sandbox\` first: it draws stand-ins for nothing.
- Say the price to the user before you buy, and buy with a limit: \`--max-cost 0.10\` (dollars).
- Buy what nobody waits for with \`--lane batch\`: half the price, within a day.
- Pictures that the project keeps belong into \`pixtab.yaml\`: \`pixtab apply\` buys only those that are missing.

How to stay inside the budget:

- Exit ${budget.exit} is a limit that would be passed, exit ${auth.exit} a key that does not work: nothing was sent. Ask the user. Never change budgets, keys or
  settings yourself, and never use \`--force\` or \`--retry-unconfirmed\` unless the user says so.
- Exit ${limited.exit} or ${unavailable.exit}: nothing was charged; try again later.
- Exit ${unconfirmed.exit}: it may have been charged. Do not buy it again; tell the user.
- Exit ${disk.exit}: it is paid for and kept. \`pixtab recover\` brings it at no cost; buying again would pay twice.
- Exit ${pending.exit}: not a failure; pictures are still to come.
- After any other, do what \`error.hint\` says; \`error.next\` is the command to run. \`pixtab history\` lists what was bought.
`;
