import { join } from 'node:path';
import type { Clock } from '../../src/ports/index.ts';
import type { Api } from './api.ts';
import { JOBS, QUEUE, through, type Door } from './doors.ts';
import { heldTimeouts } from '../support/timeouts.ts';
import { withoutNameServer } from './network.ts';
import type { LedgerKind } from './ledgers.ts';
import { place, type Place } from './place.ts';
import type { Folders, Scenario } from './scenario.ts';
import { seen, type Seen } from './seen.ts';

/** The model that is asked where a scenario names none. */
const LITE = 'gemini-3.1-flash-lite-image';
/** Jobs of the sandbox take less. */
const JOB_MS = 60_000;

interface Played {
  readonly seen: Seen;
  /** What contradicts itself in the books, and pictures that are not as they were saved. */
  readonly unsound: readonly unknown[];
}

/** Plays a scenario at one door, and looks at what it came to. */
export async function played(
  scenario: Scenario,
  door: Door,
  api: Api,
  clock: Clock,
  ledger: LedgerKind,
): Promise<Played> {
  const { count = 1, flags = [], model = LITE, before, baseUrl = api.url, isEndless = false } = scenario;
  await using here = await place(clock, baseUrl, false, ledger);
  if (before) await here.pixtab(...before);
  api.control.setFaults(faultsAt(door, scenario));
  const folders = foldersAt(door, here);
  using trouble = scenario.trouble?.(folders) ?? null;
  const begin = (): void => trouble?.begin();
  if (scenario.since === 'sent') api.onSent(begin);
  else if (scenario.since === 'second sent') api.onSent(() => api.onSent(begin));
  else begin();
  interrupting(scenario, here, api);
  using _ = withoutNameServer();
  using timeouts = scenario.timeout ? heldTimeouts() : null;
  if (timeouts) api.onWorked(timeouts.expire);
  const later = async (): Promise<void> => {
    if (scenario.passes) trouble?.end();
    await clock.sleep(JOB_MS);
  };
  const ran = await through(door, here, { model, count, flags, isEndless, later });
  return { seen: await seen(ran, here, api, folders.images), unsound: await unsound(here) };
}

/** Of a job, its making meets them; unless they are meant for something else anyway. */
function faultsAt(door: Door, { faults = '' }: Scenario): string {
  const mine = (fault: string): string => (fault.includes(':') ? fault : `batch:${fault}`);
  return JOBS.includes(door) && faults !== '' ? faults.split(',').map(mine).join() : faults;
}

/** What a queue buys goes into the store, from where any apply puts it in place at no cost: so it is looked for there. */
function foldersAt(door: Door, { home, state, dir }: Place): Folders {
  const store = join(home, 'cache', 'store');
  const images = QUEUE.includes(door) ? store : join(dir, 'images');
  return { journal: join(state, 'journal'), images, store };
}

function interrupting({ interrupted }: Scenario, { interrupt }: Place, api: Api): void {
  if (interrupted === 'once') api.onSent(interrupt);
  if (interrupted !== 'twice') return;
  api.onWorked(() => {
    interrupt();
    interrupt();
  });
}

async function unsound(here: Place): Promise<readonly unknown[]> {
  const { stdout } = await here.pixtab('verify', '--json');
  const { contradictions, differing } = JSON.parse(stdout) as {
    readonly contradictions: readonly unknown[];
    readonly differing: readonly unknown[];
  };
  return [...contradictions, ...differing];
}
