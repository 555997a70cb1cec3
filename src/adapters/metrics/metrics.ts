import { createServer } from 'node:http';
import { Counter, Gauge, Histogram, Registry, type OpenMetricsContentType } from 'prom-client';
import type { Lane } from '../../core/catalogue/model.ts';
import { usageFailure } from '../../core/errors.ts';
import { QUEUE_STATES } from '../../core/policy/queue.ts';
import { toDecimal, type Usd } from '../../core/pricing/money.ts';
import type { ServeMetrics, WorkMetrics } from '../../ports/index.ts';
import { trouble } from '../files/fs-errors.ts';

/** Seconds that a picture takes, from its taking to its end. */
const SECONDS = [1, 2, 5, 10, 20, 40, 80, 160, 320];

/** Figures for Prometheus and whatever reads OpenMetrics. They are for watching: sums of money are those of the ledger. */
export const serveMetrics: ServeMetrics = async (place, status) => {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const registers = [registry];
  const labelNames = ['state', 'model'];
  const pictures = new Counter({
    name: 'pixtab_pictures',
    help: 'Pictures that came to an end here.',
    labelNames,
    registers,
  });
  const spent = new Counter({
    name: 'pixtab_spent_dollars',
    help: 'What they came to.',
    labelNames,
    registers,
  });
  const returned = new Counter({
    name: 'pixtab_returned_pictures',
    help: 'Pictures that were not charged and went back to the queue.',
    registers,
  });
  const took = new Histogram({
    name: 'pixtab_picture_seconds',
    help: 'From taking a picture to its end.',
    buckets: SECONDS,
    registers,
  });
  const working = new Gauge({ name: 'pixtab_working_pictures', help: 'Pictures at work here.', registers });
  const queued = new Gauge({
    name: 'pixtab_queue_pictures',
    help: 'Pictures of the whole queue.',
    labelNames: ['state'],
    registers,
  });
  const held = new Gauge({
    name: 'pixtab_queue_held_dollars',
    help: 'What is held for the whole queue.',
    registers,
  });

  async function text(): Promise<string> {
    const now = await status();
    for (const state of QUEUE_STATES) queued.set({ state }, now.counts[state]);
    held.set(dollars(now.held));
    return registry.metrics();
  }

  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    text().then(
      (body) => response.writeHead(200, { 'content-type': registry.contentType }).end(body),
      // The server of the ledger may be away for a moment.
      () => response.writeHead(503).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        usageFailure(
          `--metrics: nothing can be served at ${place.host}:${place.port}: ${trouble(error).why}.`,
        ),
      ),
    );
    server.listen(place.port, place.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : place.port;
  const host = place.host.includes(':') ? `[${place.host}]` : place.host;

  return {
    url: `http://${host}:${port}/metrics`,
    took: ({ lane }) => isAtWork(lane) && working.inc(),
    returned({ lane }) {
      if (isAtWork(lane)) working.dec();
      returned.inc();
    },
    ended({ state, model, lane, cost, tookMs }) {
      pictures.inc({ state, model });
      spent.inc({ state, model }, dollars(cost));
      if (!isAtWork(lane)) return;
      working.dec();
      took.observe(tookMs / 1_000);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  } satisfies WorkMetrics;
};

/** What is in a job is at work at the API, for hours, and whoever made the job may be gone by then. */
const isAtWork = (lane: Lane): boolean => lane !== 'batch';

/** Programs that watch count in floats. */
const dollars = (amount: Usd): number => Number(toDecimal(amount));
