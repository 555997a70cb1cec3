import { describe, expect, it } from 'vitest';
import { asking, generatePath, json, LITE, running } from './support.ts';

const post = async (url: string, headers: Record<string, string>, query = '') =>
  fetch(`${url}${generatePath(LITE)}${query}`, {
    method: 'POST',
    body: JSON.stringify(asking('a cat')),
    headers,
  });

describe('the key', () => {
  it('may be anything, in the header or in the query', async () => {
    await using sandbox = await running();
    expect((await post(sandbox.url, { 'x-goog-api-key': 'anything' })).status).toBe(200);
    expect((await post(sandbox.url, {}, '?key=anything')).status).toBe(200);
  });

  it('never shows in the log', async () => {
    await using sandbox = await running();
    await post(sandbox.url, {}, '?key=sesame');
    expect(sandbox.log.join('\n')).toContain('generateContent 200');
    expect(sandbox.log.join('\n')).not.toContain('sesame');
  });

  it.each(['invalid', 'my-bad-key', 'with a space'])('is not valid when it is "%s"', async (key) => {
    await using sandbox = await running();
    const response = await post(sandbox.url, { 'x-goog-api-key': key });
    expect(response.status).toBe(400);
    const { error } = await json(response);
    expect(error.message).toBe('API key not valid. Please pass a valid API key.');
    expect(error.details[0].reason).toBe('API_KEY_INVALID');
  });

  it('is fine when it has the form of a real one, whatever letters it happens to have', async () => {
    await using sandbox = await running();
    expect((await post(sandbox.url, { 'x-goog-api-key': `AIzaSyBad${'x'.repeat(30)}` })).status).toBe(200);
  });

  it.each([
    [{}, 403, "Method doesn't allow unregistered callers"],
    [{ 'x-goog-api-key': 'leaked-key' }, 403, 'Your API key was reported as leaked.'],
    [{ authorization: 'Bearer token' }, 401, 'Request had invalid authentication credentials.'],
  ])('is asked for: %o is answered with %i', async (headers, status, message) => {
    await using sandbox = await running();
    const response = await post(sandbox.url, headers);
    expect(response.status).toBe(status);
    expect((await json(response)).error.message).toContain(message);
  });

  it('is not asked for by the sandbox itself', async () => {
    await using sandbox = await running();
    for (const path of ['/', '/sandbox', '/sandbox/meter']) {
      expect((await fetch(sandbox.url + path)).status).toBe(200);
    }
    expect((await fetch(`${sandbox.url}/v1beta/models`)).status).toBe(403);
  });
});

describe('a deadline', () => {
  it('of less than ten seconds is refused', async () => {
    await using sandbox = await running();
    const response = await post(sandbox.url, { 'x-goog-api-key': 'k', 'x-server-timeout': '8' });
    expect((await json(response)).error.message).toBe(
      'Manually set deadline 8s is too short. Minimum allowed deadline is 10s.',
    );
    expect((await post(sandbox.url, { 'x-goog-api-key': 'k', 'x-server-timeout': '10' })).status).toBe(200);
  });
});
