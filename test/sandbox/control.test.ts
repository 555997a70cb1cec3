import { describe, expect, it } from 'vitest';
import { asking, generatePath, json, LITE, running } from './support.ts';

const wanted = asking('a cat');

describe('the control endpoint', () => {
  it('sets, adds, shows and clears faults while the sandbox runs', async () => {
    await using sandbox = await running();
    await sandbox.post('/sandbox/faults', { schedule: '503x*' });
    expect((await sandbox.post(generatePath(LITE), wanted)).status).toBe(503);
    await sandbox.post('/sandbox/faults', { schedule: '429' });
    const { pending } = await json(
      await sandbox.post('/sandbox/faults', { schedule: 'files:500x*', add: true }),
    );
    expect(pending).toEqual([
      { family: 'paid', faults: [{ name: '429', value: null }], times: 1, share: null },
      { family: 'files', faults: [{ name: '500', value: null }], times: '*', share: null },
    ]);
    expect((await sandbox.post(generatePath(LITE), wanted)).status).toBe(429);
    expect((await json(await sandbox.get('/sandbox/faults'))).pending).toHaveLength(1);
    await fetch(`${sandbox.url}/sandbox/faults`, { method: 'DELETE' });
    expect((await json(await sandbox.get('/sandbox/faults'))).pending).toEqual([]);
  });

  it.each([
    ['/sandbox/faults', { schedule: 'nonsense' }, 'no such fault: "nonsense"'],
    ['/sandbox/faults', { faults: '429' }, 'Unknown name "faults"'],
    ['/sandbox/settings', { rpm: -1 }, 'rpm must not be negative.'],
    ['/sandbox/settings', { speed: 1 }, 'Unknown name "speed"'],
  ])('refuses %s %o', async (path, body, message) => {
    await using sandbox = await running({ faults: '503' });
    const response = await sandbox.post(path, body);
    expect(response.status).toBe(400);
    expect((await json(response)).error.message).toContain(message);
    expect(sandbox.control.pending()).toHaveLength(1);
  });

  it('changes settings, and takes limits off again', async () => {
    await using sandbox = await running();
    expect(await json(await sandbox.post('/sandbox/settings', { rpm: 1, retired: true }))).toMatchObject({
      rpm: 1,
      retired: true,
      latencyMs: 0,
    });
    await sandbox.post(generatePath(LITE), wanted);
    expect((await sandbox.post(generatePath(LITE), wanted)).status).toBe(429);
    await sandbox.post('/sandbox/settings', { without: ['rpm'] });
    expect((await sandbox.post(generatePath(LITE), wanted)).status).toBe(200);
  });

  it('forgets everything on reset, so that the next run is like the first', async () => {
    await using sandbox = await running({ faults: 'ok,503x*' });
    const first = await json(await sandbox.post(generatePath(LITE), wanted));
    await sandbox.post('/sandbox/reset', {});
    expect(sandbox.meter()).toMatchObject({ total: '0', charged: 0, requests: [] });
    const again = await json(await sandbox.post(generatePath(LITE), wanted));
    expect(again.responseId).toBe(first.responseId);
  });

  it('tells what it is and which faults there are', async () => {
    await using sandbox = await running();
    const about = await json(await fetch(`${sandbox.url}/sandbox`));
    expect(about.sandbox).toBe(true);
    expect(about.faults['reset-after']).toContain('charged');
  });

  it('logs one line a request, with what it cost and what went wrong', async () => {
    await using sandbox = await running({ faults: 'drafts=2,503' });
    await sandbox.post(generatePath(LITE), wanted);
    await sandbox.post(generatePath(LITE), wanted);
    await sandbox.post(generatePath(LITE), {});
    expect(sandbox.log).toEqual([
      expect.stringMatching(/^POST \/v1beta\/models\/\S+:generateContent 200 \(\$0\.067\d* drafts\) 0 ms$/),
      expect.stringMatching(/ 503 \(503\) 0 ms$/),
      expect.stringMatching(/ 400 \(\* GenerateContentRequest\.contents: contents is not specified\) 0 ms$/),
    ]);
  });
});
