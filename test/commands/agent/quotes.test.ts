import { describe, expect, it } from 'vitest';
import { QUOTE_MS } from '../../../src/commands/agent/quotes.ts';
import { agentOver } from './agent.ts';

const FLAGS = ['--allowance', '1'];
const ORDER = { prompt: 'a lighthouse' };

type Args = Readonly<Record<string, unknown>>;

/** The parts of the id of a quote: until when, how much at most, and the signature. */
const partsOf = ({ quote_id }: Args): readonly [string, string, string] => {
  const [, until = '', high = '', mark = ''] = String(quote_id).split('-');
  return [until, high, mark];
};

const FORGED: readonly (readonly [what: string, forge: (args: Args) => Args])[] = [
  [
    'whose time was put off',
    (args) => changed(args, ([until, high, mark]) => [until.replace(/.$/, 'z'), high, mark]),
  ],
  ['whose price was lowered', (args) => changed(args, ([until, , mark]) => [until, '1', mark])],
  ['whose price was raised', (args) => changed(args, ([until, high, mark]) => [until, `${high}0`, mark])],
  [
    'that was signed by somebody else',
    (args) => changed(args, ([until, high]) => [until, high, '0'.repeat(32)]),
  ],
  [
    'whose signature was cut off',
    (args) => changed(args, ([until, high, mark]) => [until, high, mark.slice(0, 31)]),
  ],
  ['that is only a signature', (args) => ({ ...args, quote_id: partsOf(args)[2] })],
];

function changed(args: Args, change: (parts: readonly [string, string, string]) => readonly string[]): Args {
  return { ...args, quote_id: ['q', ...change(partsOf(args))].join('-') };
}

describe('a quote', () => {
  it('holds at the next server of its ledger, agent and project', async () => {
    const first = await agentOver([...FLAGS, '--project', 'shop']);
    const order = await first.order(ORDER);
    const next = await first.server([...FLAGS, '--project', 'shop']);
    expect(await next.call('generate_image', order)).toMatchObject({ outcome: 'ok', charged: 'yes' });
  });

  it('ends at the next server when it ends at its own', async () => {
    const first = await agentOver();
    const order = await first.order(ORDER);
    first.clock.advance(QUOTE_MS + 1);
    const next = await first.server(FLAGS);
    expect(await next.call('generate_image', order)).toMatchObject({ error: { code: 'quote-expired' } });
    expect(first.api.sent).toHaveLength(0);
  });

  it.each(FORGED)('%s is no quote, at no server', async (_, forge) => {
    const first = await agentOver();
    const forged = forge(await first.order(ORDER));
    for (const server of [first, await first.server(FLAGS)])
      expect(await server.call('generate_image', forged)).toMatchObject({
        charged: 'no',
        error: { code: 'quote-of-another-order' },
      });
    expect(first.api.sent).toHaveLength(0);
  });

  it.each([
    ['another agent', ['--agent', 'another']],
    ['another project', ['--project', 'another']],
    ['no project', []],
  ])('is none for %s', async (_, flags) => {
    const first = await agentOver([...FLAGS, '--project', 'shop']);
    const order = await first.order(ORDER);
    const other = await first.server([...FLAGS, ...flags]);
    expect(await other.call('generate_image', order)).toMatchObject({
      charged: 'no',
      error: { code: 'quote-of-another-order' },
    });
    expect(first.api.sent).toHaveLength(0);
  });

  it('of one ledger is none in another', async () => {
    const order = await (await agentOver()).order(ORDER);
    const elsewhere = await agentOver(FLAGS, { deps: { newId: ids('elsewhere') } });
    expect(await elsewhere.call('generate_image', order)).toMatchObject({
      error: { code: 'quote-of-another-order' },
    });
  });
});

/** Other names than the world gives by itself. */
function ids(name: string): () => string {
  let count = 0;
  return () => `${name}-${(count += 1)}`;
}
