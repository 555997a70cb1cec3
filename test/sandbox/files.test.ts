import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generatePath, json, KEY, LITE, pngHead, running, testClock } from './support.ts';
import type { Json, Running } from './support.ts';

const DAY = 24 * 60 * 60 * 1000;

async function begin(sandbox: Running, file: Json, length?: number): Promise<string> {
  const response = await sandbox.post(
    '/upload/v1beta/files',
    { file },
    {
      'x-goog-upload-protocol': 'resumable',
      'x-goog-upload-command': 'start',
      ...(length !== undefined && { 'x-goog-upload-header-content-length': String(length) }),
    },
  );
  expect(response.headers.get('x-goog-upload-status')).toBe('active');
  return response.headers.get('x-goog-upload-url') ?? '';
}

const push = (url: string, command: string, offset: number, body: Uint8Array) =>
  fetch(url, {
    method: 'POST',
    body,
    headers: {
      'x-goog-api-key': KEY,
      'x-goog-upload-command': command,
      'x-goog-upload-offset': String(offset),
    },
  });

async function uploaded(sandbox: Running, bytes: Uint8Array, file: Json = {}): Promise<Json> {
  const url = await begin(sandbox, { mimeType: 'image/png', ...file });
  return (await json(await push(url, 'upload, finalize', 0, bytes))).file;
}

describe('an upload', () => {
  it('arrives in chunks and is then a file', async () => {
    await using sandbox = await running();
    const url = await begin(sandbox, { display_name: 'photo', mimeType: 'image/png' }, 6);
    expect((await push(url, 'upload', 0, Buffer.from('abc'))).headers.get('x-goog-upload-status')).toBe(
      'active',
    );
    const query = await push(url, 'query', 0, Buffer.alloc(0));
    expect(query.headers.get('x-goog-upload-size-received')).toBe('3');
    const last = await push(url, 'upload, finalize', 3, Buffer.from('def'));
    expect(last.headers.get('x-goog-upload-status')).toBe('final');
    const { file } = await json(last);
    expect(file).toEqual({
      name: expect.stringMatching(/^files\/[a-z0-9]{12}$/),
      displayName: 'photo',
      mimeType: 'image/png',
      sizeBytes: '6',
      createTime: '2026-11-22T12:00:00.000Z',
      updateTime: '2026-11-22T12:00:00.000Z',
      expirationTime: '2026-11-24T12:00:00.000Z',
      sha256Hash: Buffer.from(createHash('sha256').update('abcdef').digest('hex')).toString('base64'),
      uri: `${sandbox.url}/v1beta/${file.name}`,
      state: 'ACTIVE',
      source: 'UPLOADED',
    });
    expect(await json(await sandbox.get(`/v1beta/${file.name}`))).toEqual(file);
  });

  it.each([
    ['the wrong offset', 'upload', 5, 'abc'],
    ['too few bytes', 'upload, finalize', 0, 'abc'],
    ['too many bytes', 'upload, finalize', 0, 'abcdefgh'],
    ['a command nobody knows', 'dance', 0, ''],
  ])('refuses %s', async (_, command, offset, bytes) => {
    await using sandbox = await running();
    const url = await begin(sandbox, { mimeType: 'text/plain' }, 6);
    expect((await push(url, command, offset, Buffer.from(bytes))).status).toBe(400);
  });

  it('cannot go on after its end, or be made up', async () => {
    await using sandbox = await running();
    const url = await begin(sandbox, {});
    expect((await push(url, 'cancel', 0, Buffer.alloc(0))).headers.get('x-goog-upload-status')).toBe(
      'cancelled',
    );
    expect((await push(url, 'upload', 0, Buffer.from('a'))).status).toBe(404);
    expect(
      (await push(`${sandbox.url}/upload/v1beta/files?upload_id=x`, 'upload', 0, Buffer.from('a'))).status,
    ).toBe(404);
  });

  it('can come in one go, with its description or without', async () => {
    await using sandbox = await running();
    const bytes = Buffer.from('\r\n--not it\r\n\u0000\u00ff', 'latin1');
    const body = Buffer.concat([
      Buffer.from('--xyz\r\nContent-Type: application/json\r\n\r\n{"file":{"displayName":"photo"}}'),
      Buffer.from('\r\n--xyz\r\nContent-Type: image/png\r\n\r\n'),
      bytes,
      Buffer.from('\r\n--xyz--'),
    ]);
    const send = async (headers: Record<string, string>, content: Buffer) =>
      fetch(`${sandbox.url}/upload/v1beta/files`, {
        method: 'POST',
        body: content,
        headers: { 'x-goog-api-key': KEY, ...headers },
      });
    const multipart = {
      'x-goog-upload-protocol': 'multipart',
      'content-type': 'multipart/related; boundary=xyz',
    };
    expect((await json(await send(multipart, body))).file).toMatchObject({
      displayName: 'photo',
      mimeType: 'image/png',
      sizeBytes: String(bytes.length),
      sha256Hash: Buffer.from(createHash('sha256').update(bytes).digest('hex')).toString('base64'),
    });
    const raw = { 'x-goog-upload-protocol': 'raw', 'content-type': 'image/jpeg' };
    expect((await json(await send(raw, bytes))).file).toMatchObject({ mimeType: 'image/jpeg' });
    expect((await send({ ...multipart, 'content-type': 'multipart/related' }, body)).status).toBe(400);
    expect((await send(multipart, Buffer.from('--xyz--'))).status).toBe(400);
  });

  it('keeps the name it is given, once', async () => {
    await using sandbox = await running();
    expect((await uploaded(sandbox, Buffer.from('a'), { name: 'files/mine' })).name).toBe('files/mine');
    const url = await begin(sandbox, { name: 'files/mine' });
    expect((await push(url, 'upload, finalize', 0, Buffer.from('a'))).status).toBe(409);
    const odd = await begin(sandbox, { name: '../etc' });
    expect((await push(odd, 'upload, finalize', 0, Buffer.from('a'))).status).toBe(400);
  });
});

describe('a file', () => {
  it('is listed in pages, the newest first, until it is deleted', async () => {
    await using sandbox = await running();
    const names = [];
    for (const text of ['a', 'b', 'c']) names.push((await uploaded(sandbox, Buffer.from(text))).name);
    const first = await json(await sandbox.get('/v1beta/files?pageSize=2'));
    expect(first.files.map((file: Json) => file.name)).toEqual([names[2], names[1]]);
    const second = await json(await sandbox.get(`/v1beta/files?pageSize=2&pageToken=${first.nextPageToken}`));
    expect(second.files.map((file: Json) => file.name)).toEqual([names[0]]);
    const gone = await fetch(`${sandbox.url}/v1beta/${names[0]}`, {
      method: 'DELETE',
      headers: { 'x-goog-api-key': KEY },
    });
    expect(await json(gone)).toEqual({});
    expect((await sandbox.get(`/v1beta/${names[0]}`)).status).toBe(403);
  });

  it('is gone after two days', async () => {
    const clock = testClock();
    await using sandbox = await running({ clock });
    const { name } = await uploaded(sandbox, Buffer.from('a'));
    clock.advance(2 * DAY - 1);
    expect((await sandbox.get(`/v1beta/${name}`)).status).toBe(200);
    clock.advance(1);
    expect((await sandbox.get(`/v1beta/${name}`)).status).toBe(403);
    expect(await json(await sandbox.get('/v1beta/files'))).toEqual({});
  });

  it('can be edited as a picture, but not fetched: only the API gives its own files back', async () => {
    await using sandbox = await running();
    const { uri, name } = await uploaded(sandbox, pngHead(900, 1600));
    const contents = [
      { parts: [{ fileData: { fileUri: uri, mimeType: 'image/png' } }, { text: 'at night' }] },
    ];
    const { usageMetadata } = await json(await sandbox.post(generatePath(LITE), { contents }));
    expect(usageMetadata.promptTokensDetails[1]).toEqual({ modality: 'IMAGE', tokenCount: 560 });
    expect((await sandbox.get(`/v1beta/${name}:download?alt=media`)).status).toBe(400);
  });

  it('is there for the key that uploaded it alone', async () => {
    await using sandbox = await running();
    const { name, uri } = await uploaded(sandbox, pngHead(900, 1600), { name: 'files/mine' });
    const other = { 'x-goog-api-key': 'another-key' };
    expect((await sandbox.get(`/v1beta/${name}`, other)).status).toBe(403);
    expect(await json(await sandbox.get('/v1beta/files', other))).toEqual({});
    const contents = [{ parts: [{ fileData: { fileUri: uri, mimeType: 'image/png' } }, { text: 'a' }] }];
    const refused = await sandbox.post(generatePath(LITE), { contents }, other);
    expect(await json(refused)).toMatchObject({
      error: {
        code: 403,
        status: 'PERMISSION_DENIED',
        message: 'You do not have permission to access the File mine or it may not exist.',
      },
    });
  });

  it('meets the faults that are meant for files', async () => {
    await using sandbox = await running({ faults: 'files:503' });
    expect((await sandbox.get('/v1beta/files')).status).toBe(503);
    expect((await sandbox.get('/v1beta/files')).status).toBe(200);
  });
});
