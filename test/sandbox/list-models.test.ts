import { describe, expect, it } from 'vitest';
import { json, LITE, PRO, running } from './support.ts';

describe('the list of models', () => {
  it('comes in pages', async () => {
    await using sandbox = await running();
    const names: string[] = [];
    let token = '';
    do {
      const body = await json(await sandbox.get(`/v1beta/models?pageSize=3&pageToken=${token}`));
      names.push(...body.models.map((model: { name: string }) => model.name));
      expect(body.models.length).toBeLessThanOrEqual(3);
      token = body.nextPageToken ?? '';
    } while (token !== '');
    expect(names).toContain(`models/${LITE}`);
    expect(names).toContain('models/imagen-4.0-fast-generate-001');
    expect(new Set(names).size).toBe(names.length);
  });

  it('says there is no further page when the last one is full', async () => {
    await using sandbox = await running();
    const { models } = await json(await sandbox.get('/v1beta/models'));
    const exact = await json(await sandbox.get(`/v1beta/models?pageSize=${models.length}`));
    expect(exact.models).toEqual(models);
    expect(exact).not.toHaveProperty('nextPageToken');
  });

  it.each(['pageToken=garbage', 'pageSize=-1', 'pageSize=lots'])('refuses %s', async (query) => {
    await using sandbox = await running();
    expect((await sandbox.get(`/v1beta/models?${query}`)).status).toBe(400);
  });

  it('says what one model can do', async () => {
    await using sandbox = await running();
    expect(await json(await sandbox.get(`/v1beta/models/${PRO}`))).toMatchObject({
      name: `models/${PRO}`,
      inputTokenLimit: 131_072,
      outputTokenLimit: 32_768,
      supportedGenerationMethods: ['generateContent', 'countTokens', 'batchGenerateContent'],
      thinking: true,
    });
    expect((await sandbox.get('/v1beta/models/nothing')).status).toBe(404);
  });

  it('leaves Imagen out once it is retired', async () => {
    await using sandbox = await running({ retired: true });
    const { models } = await json(await sandbox.get('/v1beta/models'));
    expect(models.filter((model: { name: string }) => model.name.includes('imagen'))).toEqual([]);
  });
});

describe('countTokens', () => {
  it('counts words and pictures, for nothing', async () => {
    await using sandbox = await running();
    const contents = [{ parts: [{ text: 'a cat' }, { inlineData: { mimeType: 'image/png', data: '' } }] }];
    const path = `/v1beta/models/${PRO}:countTokens`;
    expect(await json(await sandbox.post(path, { contents }))).toEqual({
      totalTokens: 518,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 2 },
        { modality: 'IMAGE', tokenCount: 516 },
      ],
    });
    const whole = { generateContentRequest: { contents, systemInstruction: { parts: [{ text: '漢字' }] } } };
    expect((await json(await sandbox.post(path, whole))).totalTokens).toBe(520);
    expect((await sandbox.post(path, {})).status).toBe(400);
    expect(sandbox.meter().charged).toBe(0);
  });
});
