import { Failure, usageFailure } from '../core/errors.ts';
import type { Connection, Deps, Settings } from '../ports/index.ts';

/** The sandbox takes any key; the user's own never goes there. */
const SANDBOX_KEY = 'pixtab-sandbox';

export interface Line {
  readonly connection: Connection;
  close(): Promise<void>;
}

/** A line that is opened when it is first needed. */
export interface LateLine {
  open(): Promise<Connection>;
  close(): Promise<void>;
}

export function lineWhenNeeded(settings: Settings, deps: Pick<Deps, 'sandbox' | 'isSandbox'>): LateLine {
  let opening: Promise<Line> | null = null;
  return {
    async open() {
      opening ??= connect(settings, deps);
      return (await opening).connection;
    },
    async close() {
      const line = await opening?.catch(() => null);
      await line?.close();
    },
  };
}

/** Where this run's requests go: the API with the user's key, or a sandbox. */
export async function connect(settings: Settings, deps: Pick<Deps, 'sandbox' | 'isSandbox'>): Promise<Line> {
  const { baseUrl, sandbox } = settings;
  if (!sandbox) {
    // Only here: a key that is broken does not matter where none is used.
    const { apiKey } = settings;
    if (!apiKey) throw noKey();
    return { connection: { baseUrl: baseUrl.value, apiKey: apiKey.value, sandbox }, close: async () => {} };
  }
  if (baseUrl.from !== 'default') {
    await mustBeSandbox(baseUrl, deps);
    return { connection: { baseUrl: baseUrl.value, apiKey: SANDBOX_KEY, sandbox }, close: async () => {} };
  }
  const running = await deps.sandbox();
  return { connection: { baseUrl: running.url, apiKey: SANDBOX_KEY, sandbox }, close: () => running.close() };
}

/** What is bought at a real API must never be booked as play money. */
async function mustBeSandbox(
  baseUrl: Settings['baseUrl'],
  { isSandbox }: Pick<Deps, 'isSandbox'>,
): Promise<void> {
  if (await isSandbox(baseUrl.value)) return;
  throw usageFailure(
    `--sandbox: no sandbox answers at ${baseUrl.value} (from ${baseUrl.from}).`,
    'Start one with pixtab sandbox, or leave the base URL out.',
  );
}

function noKey(): Failure {
  return new Failure('auth', 'There is no API key.', {
    hint: 'Set GEMINI_API_KEY (a key with billing: https://aistudio.google.com/apikey), or try it with --sandbox.',
  });
}

/** A sandbox that is started for one command takes its jobs with it. */
export const livesHere = ({ sandbox, baseUrl }: Settings): boolean => sandbox && baseUrl.from === 'default';
