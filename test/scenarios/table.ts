import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/ports/index.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { openApi, type Api } from './api.ts';
import type { Door } from './doors.ts';
import { SQLITE } from './ledgers.ts';
import { played } from './played.ts';
import { doorsOf, expectedAt, titleOf, type Scenario } from './scenario.ts';

/** Takes every scenario through every door: each of them is a test, and all of them share a sandbox. */
export function scenarios(
  table: readonly Scenario[],
  kind = SQLITE,
  isTried: (scenario: Scenario, door: Door) => boolean = () => true,
): void {
  let clock = fakeClock();
  const time: Clock = {
    now: () => clock.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    random: () => clock.random(),
  };
  let api: Api;
  beforeAll(async () => {
    api = await openApi(time);
  });
  afterAll(() => api.close());

  const named = table
    .filter((scenario) => doorsOf(scenario, kind).some((door) => isTried(scenario, door)))
    .map((scenario) => [scenario.name, scenario] as const);
  describe.each(named)('%s', (_, scenario) => {
    const doors = doorsOf(scenario, kind).filter((door) => isTried(scenario, door));
    it.each(doors.map((door) => [titleOf(door, scenario), door] as const))('%s', async (_, door) => {
      clock = fakeClock();
      api.reset();
      const { seen, unsound } = await played(scenario, door, api, time, kind);
      expect(seen).toEqual(expectedAt(door, scenario, kind));
      expect(unsound).toEqual([]);
    });
  });
}
