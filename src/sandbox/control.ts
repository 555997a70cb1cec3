import { jsonResponse } from './http/response.ts';
import type { HttpResponse } from './http/response.ts';
import type { Call } from './http/call.ts';
import { flag, integer, list, message, number, readMessage, text } from './http/fields.ts';
import type { Field } from './http/fields.ts';
import type { Entry } from './faults/schedule.ts';
import { FAULTS } from './faults/faults.ts';
import type { Account } from './account/meter.ts';
import { invoiceRoutes } from './account/invoice-routes.ts';
import { invalid } from './http/problem.ts';
import type { Route } from './http/route.ts';
import type { Settings } from './state.ts';

/** What changes and reads a running sandbox, in the same process or over HTTP. */
export interface Control {
  setFaults(schedule: string): void;
  addFaults(schedule: string): void;
  pending(): readonly Entry[];
  settings(): Settings;
  change(changes: Partial<Settings>): void;
  account(): Account;
  /** Milliseconds since 1970. */
  now(): number;
  /** Forgets the account, the faults, the limits' counts, files and batches. */
  reset(): void;
}

const faultsRequest = message('Faults', { schedule: text, add: flag });
const settingsRequest = message('Settings', {
  latencyMs: number,
  rpm: integer,
  rpd: integer,
  retired: flag,
  signatureBytes: integer,
  batchMs: number,
  batchJobs: integer,
  batchTokens: integer,
  /** Settings to switch off. */
  without: list(text),
});

const read = async <T>(field: Field<T>, call: Call): Promise<T> =>
  readMessage(field, await call.json(), 'v1beta');

/** The endpoints under /sandbox, which need no key, and the root. */
export function controlRoutes(control: Control): readonly Route[] {
  const pending = (): HttpResponse =>
    jsonResponse({
      pending: control.pending().map((entry) => ({
        ...entry,
        times: Number.isFinite(entry.times) ? entry.times : '*',
      })),
    });
  const about = (): HttpResponse =>
    jsonResponse({
      sandbox: true,
      settings: control.settings(),
      faults: Object.fromEntries(Object.entries(FAULTS).map(([name, fault]) => [name, fault.about])),
    });

  return [
    { method: 'GET', path: /^\/(?:sandbox)?$/, handler: about },
    { method: 'GET', path: /^\/sandbox\/meter$/, handler: () => jsonResponse(control.account()) },
    ...invoiceRoutes(control),
    { method: 'GET', path: /^\/sandbox\/faults$/, handler: pending },
    {
      method: 'POST',
      path: /^\/sandbox\/faults$/,
      async handler(call) {
        const { schedule = '', add = false } = await read(faultsRequest, call);
        try {
          if (add) control.addFaults(schedule);
          else control.setFaults(schedule);
        } catch (error) {
          if (error instanceof RangeError) throw invalid(error.message);
          throw error;
        }
        return pending();
      },
    },
    {
      method: 'DELETE',
      path: /^\/sandbox\/faults$/,
      handler() {
        control.setFaults('');
        return pending();
      },
    },
    {
      method: 'POST',
      path: /^\/sandbox\/settings$/,
      async handler(call) {
        const { without = [], ...changes } = await read(settingsRequest, call);
        for (const [name, value] of Object.entries(changes)) {
          if (typeof value === 'number' && value < 0) throw invalid(`${name} must not be negative.`);
        }
        control.change({
          ...changes,
          ...(without.includes('rpm') && { rpm: null }),
          ...(without.includes('rpd') && { rpd: null }),
          ...(without.includes('batchTokens') && { batchTokens: null }),
        });
        return jsonResponse(control.settings());
      },
    },
    {
      method: 'POST',
      path: /^\/sandbox\/reset$/,
      handler() {
        control.reset();
        return jsonResponse({});
      },
    },
  ];
}
