import { describe, expect, it } from 'vitest';
import { cluster } from '../../bench/cluster.mjs';
import { queueCut } from '../../bench/queue-cuts.mjs';
import { queueKilled } from '../../bench/queue-kill.mjs';
import { lacks } from '../support/lacks.ts';
import { ownLedger } from './team.ts';

// The long versions are bench/queue-kill.mjs and bench/queue-cuts.mjs: hundreds of kills, minutes of cuts.

describe.skipIf(lacks('a PostgreSQL server in PIXTAB_TEST_POSTGRES'))('workers of a queue', () => {
  it('are killed, and no picture is lost, bought twice unasked, or paid for out of nothing', async () => {
    const { PIXTAB_LEDGER: ledger = '' } = ownLedger();
    const result = await queueKilled({ pictures: 24, kills: 5, ledger });
    expect(result).toMatchObject({ wrong: [], killed: 5, holds: 0, overBudget: 0n });
    // Or it would have proved nothing.
    expect(result.charged).toBeGreaterThan(0);
  });
});

describe.skipIf(lacks("PostgreSQL's own programs (Debian's package)"))('workers of a queue', () => {
  it('go on by themselves when their sessions are ended, and when the server is killed and comes back', async () => {
    const server = await cluster();
    try {
      const result = await queueCut({ pictures: 24, seconds: 1, restarts: 1, server });
      expect(result).toMatchObject({ wrong: [], codes: [0, 0, 0], charged: 24, done: 24, unconfirmed: 0 });
      expect(result.ended).toBeGreaterThan(0);
    } finally {
      await server.close();
    }
  });
});
