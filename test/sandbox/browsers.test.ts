import { expect, it } from 'vitest';
import { asking, generatePath, LITE, running } from './support.ts';

it('lets a page of any origin ask whether it may send a key, for any path and without one', async () => {
  await using sandbox = await running();
  const asked = await fetch(sandbox.url + generatePath(LITE), {
    method: 'OPTIONS',
    headers: {
      origin: 'https://example.com',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-goog-api-key',
      'access-control-request-private-network': 'true',
    },
  });
  expect(asked.status).toBe(200);
  expect(Object.fromEntries(asked.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': expect.stringContaining('POST'),
    'access-control-allow-headers': 'content-type,x-goog-api-key',
    'access-control-allow-private-network': 'true',
    'content-length': '0',
  });
});

it.each([
  ['an answer', '', 200],
  ['an error', '503', 503],
])('lets a page read %s', async (_, faults, status) => {
  await using sandbox = await running({ faults });
  const answer = await sandbox.post(generatePath(LITE), asking('a cat'), { origin: 'https://example.com' });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  expect(answer.headers.get('access-control-expose-headers')).toBe('*');
});
