import { usageFailure } from '../../core/errors.ts';
import { SILENT_MS } from '../../core/policy/lease.ts';
import { format } from '../../core/pricing/money.ts';
import { counted, printable } from '../../core/text/text.ts';
import type { Holder, Terminal } from '../../ports/index.ts';
import type { Session } from '../../purchase/session.ts';
import { answersJson } from './recover-output.ts';

/** Lets go of what a machine holds that will not come back. */
export async function giveUpHost(
  name: string,
  { books, deps, settings }: Session,
  { json = false }: { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const all = await books.ledger.holders();
  const theirs = all.filter(({ host }) => host === name);
  if (theirs.length === 0) {
    const names = [...new Set(all.map(({ host }) => host))].join(', ');
    throw usageFailure(
      `No other machine called "${printable(name)}" holds anything in this ledger.`,
      names === '' ? undefined : `Those that do: ${names}.`,
    );
  }
  const heard = deps.clock.now() - Math.max(...theirs.map(({ heardAt }) => heardAt));
  if (heard < SILENT_MS) {
    throw usageFailure(
      `${name} was heard of ${counted(Math.max(0, Math.round(heard / 1_000)), 'second')} ago.`,
      'End what runs there, and ask again in five minutes.',
    );
  }
  for (const holder of theirs) terminal.note(sentenceOf(holder));
  const { released, unconfirmed } = await books.ledger.letGo(name);
  terminal.note(`note   ${counted(released, 'request')} released, ${unconfirmed} unconfirmed.`);
  if (json) terminal.out(JSON.stringify(answersJson([], { ...settings, failure: null }), null, 2));
  return 0;
}

const sentenceOf = ({ host, requests, held }: Holder): string =>
  `note   ${printable(host)} held ${format(held)} for ${counted(requests, 'request')}.`;
