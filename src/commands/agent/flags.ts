import { declare } from '../shared/flag.ts';
import { COMMON, flag, PACE, SENDING } from '../shared/flags.ts';
import { wholeNumber } from '../shared/parse-flags.ts';
import { allowance } from './allowance.ts';

/** Clients whose settings have a form of their own. */
const CLIENTS = ['claude', 'cursor', 'vscode', 'gemini'] as const;
export type ClientName = (typeof CLIENTS)[number];

/** Whoever is not named buys under this name. */
const AGENT = 'mcp';

/** What an agent orders where it does not say it itself; only whoever starts the server says the rest. */
const ORDER = [
  flag.model,
  flag.lane,
  flag.quality,
  flag.strip,
  flag.embed,
  flag.sidecar,
  flag.prices,
] as const;

export const MCP_FLAGS = [
  declare(
    '--allowance <usd>',
    'what the agent may spend: 2 in total, 5/day, 100/month; without one it buys nothing',
    {
      parse: allowance,
    },
  ),
  declare('--agent <name>', 'the name that it buys under; servers of one name share one allowance', {
    default: AGENT,
  }),
  declare('--folder <path>', 'where its pictures go, and where it may read (default: the working directory)'),
  declare('--preview-size <px>', 'longest side of the pictures in answers; 0 leaves them out', {
    parse: wholeNumber(0, 2048),
    default: 512,
  }),
  declare('--config <client>', 'print the entry for the settings of a client', { choices: CLIENTS }),
  flag.project,
  flag.labels,
  flag.askAbove,
  flag.maxCost,
  ...ORDER,
  flag.fallback,
  flag.refusalRetries,
  ...SENDING,
  ...PACE,
  ...COMMON,
] as const;
