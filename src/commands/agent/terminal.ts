import type { AgentCall, Progress, Terminal } from '../../ports/index.ts';

/** stdout is the protocol's alone; what people are told goes to stderr, and what happens to the client as well. */
export function quietTerminal(terminal: Terminal, progress: AgentCall['progress']): Terminal {
  return {
    ...terminal,
    out() {},
    text() {},
    async bytes() {},
    event(facts) {
      const sentence = sentenceOf(facts);
      if (sentence !== null) progress(sentence);
    },
    progress: () => NONE,
    stdinIsTerminal: false,
    stdinIsPiped: false,
    stdoutIsTerminal: false,
    columns: terminal.columns,
  };
}

const NONE: Progress = { update() {}, stop() {}, isShown: false };

/** What happens in a purchase, as `purchase/events.ts` tells it. */
function sentenceOf(facts: Readonly<Record<string, unknown>>): string | null {
  const fact = (name: string): string => {
    const value = facts[name];
    return typeof value === 'string' ? value : '';
  };
  switch (facts['event']) {
    case 'held':
      return `held $${fact('amount')} of the allowance`;
    case 'sent':
      return `sent to ${fact('model')}`;
    case 'retry':
      return `${fact('why')} Nothing was charged; trying again.`;
    case 'image':
      return `saved ${fact('path')}`;
    case 'done':
      return facts['outcome'] === 'ok' ? null : fact('why');
    default:
      return null;
  }
}
