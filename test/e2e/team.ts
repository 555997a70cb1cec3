import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { inject } from 'vitest';
import { gateBefore, type Gate } from '../../bench/gate.mjs';
import { picturesBelow } from '../../bench/place.mjs';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { bucketAccess, bucketServer, type BucketServer } from '../support/bucket-server.ts';
import { sandboxWith, type PlaceOptions } from './place.ts';
import { workplace, type Workplace } from './pixtab.ts';

/** Machines, each with a disk of its own, that buy from one API and share a bucket. */
export interface Team extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly bucket: BucketServer;
  /** In front of the API. */
  readonly gate: Gate;
  /** A machine of this team; `settings` are its own. */
  machine(settings?: Readonly<Record<string, string>>): Promise<Machine>;
}

export interface Machine extends Workplace {
  pictures(): Promise<readonly string[]>;
  /** What its ledger has settled, in dollars. */
  settled(): Promise<string>;
  /** Takes its disk away. */
  burn(): Promise<void>;
}

/** One ledger at the PostgreSQL server of the tests, for who names it. */
export function ownLedger(): Readonly<Record<string, string>> {
  const address = inject('postgres');
  if (address === null) return {};
  const own = new URL(address);
  own.searchParams.set('schema', `team_${randomUUID().replaceAll('-', '').slice(0, 12)}`);
  return { PIXTAB_LEDGER: own.href };
}

export async function team(options: PlaceOptions = {}): Promise<Team> {
  const sandbox = await sandboxWith(options);
  const bucket = await bucketServer();
  const gate = await gateBefore(sandbox.url);
  const machines: Workplace[] = [];
  return {
    sandbox,
    bucket,
    gate,
    async machine(settings) {
      const here = await workplace({
        settings: {
          PIXTAB_SANDBOX: '1',
          PIXTAB_BASE_URL: gate.url,
          ...bucketAccess(bucket),
          ...settings,
        },
      });
      machines.push(here);
      return {
        ...here,
        pictures: () => picturesBelow(here.dir),
        async settled() {
          const { stdout } = await here.run(['spend', '--json']);
          return (JSON.parse(stdout) as { readonly total: { readonly settled: string } }).total.settled;
        },
        async burn() {
          for (const folder of [here.home, here.dir]) await rm(folder, { recursive: true, force: true });
        },
      };
    },
    async [Symbol.asyncDispose]() {
      for (const here of machines) await here[Symbol.asyncDispose]();
      gate.close();
      await sandbox.close();
      await bucket[Symbol.asyncDispose]();
    },
  };
}
