import { expect, it } from 'vitest';
import { serveMetrics } from '../../../src/adapters/metrics/metrics.ts';
import { countsOf } from '../../../src/core/policy/queue.ts';
import { usd, ZERO } from '../../../src/core/pricing/money.ts';

const STATUS = {
  isPaused: false,
  counts: countsOf((state) => (state === 'inJobs' ? 40 : 0)),
  spent: ZERO,
  held: usd('1'),
  perMinute: null,
  secondsLeft: null,
  workers: [],
};

it('counts what came by batch, and never as at work here or as how long a picture takes', async () => {
  const metrics = await serveMetrics({ host: '127.0.0.1', port: 0 }, async () => STATUS);
  try {
    metrics.took({ lane: 'batch' });
    metrics.took({ lane: 'now' });
    metrics.ended({ state: 'done', model: 'm', lane: 'batch', cost: usd('0.01'), tookMs: 80_000_000 });
    const figures = await (await fetch(metrics.url)).text();
    expect(figures).toMatch(/^pixtab_pictures_total\{state="done",model="m"\} 1$/m);
    expect(figures).toMatch(/^pixtab_working_pictures 1$/m);
    expect(figures).toMatch(/^pixtab_picture_seconds_count 0$/m);
    expect(figures).toMatch(/^pixtab_queue_pictures\{state="inJobs"\} 40$/m);
  } finally {
    await metrics.close();
  }
});
