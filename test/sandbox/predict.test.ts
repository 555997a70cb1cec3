import { describe, expect, it } from 'vitest';
import { sniff } from '../../src/sandbox/generate/sniff.ts';
import { json, running } from './support.ts';

const path = (model: string): string => `/v1beta/models/${model}:predict`;
const FAST = 'imagen-4.0-fast-generate-001';
const STANDARD = 'imagen-4.0-generate-001';
const ULTRA = 'imagen-4.0-ultra-generate-001';
const instances = [{ prompt: 'a lighthouse' }];

describe('predict', () => {
  it.each([
    [FAST, { sampleCount: 4 }, 4, 1024, 1024, '0.08'],
    [STANDARD, { sampleCount: 2, aspectRatio: '16:9' }, 2, 1408, 768, '0.08'],
    [STANDARD, {}, 4, 1024, 1024, '0.16'],
    [ULTRA, { sampleImageSize: '2k', aspectRatio: '3:4' }, 1, 1792, 2560, '0.06'],
  ])(
    'gives %s with %o its pictures at its price',
    async (model, parameters, count, width, height, amount) => {
      await using sandbox = await running();
      const { predictions } = await json(await sandbox.post(path(model), { instances, parameters }));
      expect(predictions).toHaveLength(count);
      expect(predictions[0].mimeType).toBe('image/png');
      expect(sniff(Buffer.from(predictions[0].bytesBase64Encoded, 'base64'))).toEqual({ width, height });
      expect(
        new Set(predictions.map((each: { bytesBase64Encoded: string }) => each.bytesBase64Encoded)).size,
      ).toBe(count);
      expect(sandbox.meter().total).toBe(amount);
    },
  );

  it.each([
    [FAST, { instances: [] }],
    [FAST, { instances: [{}] }],
    [FAST, { instances: [{ prompt: ' ' }] }],
    [FAST, { instances: 'no list' }],
    [FAST, { instances: [{ prompt: 'x'.repeat(4 * 481) }] }],
    [FAST, { instances, parameters: { sampleCount: 5 } }],
    [FAST, { instances, parameters: { sampleCount: 0 } }],
    [FAST, { instances, parameters: { sampleImageSize: '2K' } }],
    [FAST, { instances, parameters: { aspectRatio: '21:9' } }],
    [ULTRA, { instances, parameters: { sampleCount: 2 } }],
    [FAST, { instances, prompt: 'a cat' }],
  ])('refuses what %s never took (%#)', async (model, body) => {
    await using sandbox = await running();
    const response = await sandbox.post(path(model), body);
    expect(response.status).toBe(400);
    expect((await json(response)).error.status).toBe('INVALID_ARGUMENT');
    expect(sandbox.meter().charged).toBe(0);
  });

  it('charges nothing for pictures that were filtered out', async () => {
    await using sandbox = await running({ faults: 'IMAGE_SAFETY,blocked-SAFETY' });
    const { predictions } = await json(await sandbox.post(path(FAST), { instances }));
    expect(predictions).toHaveLength(1);
    expect(predictions[0].raiFilteredReason).toContain('You will not be charged for blocked images.');
    const blocked = await sandbox.post(path(FAST), { instances });
    expect(blocked.status).toBe(400);
    expect((await json(blocked)).error.message).toContain('The prompt could not be submitted.');
    expect(sandbox.meter().total).toBe('0');
  });

  it('answers as it does today once it is retired', async () => {
    await using sandbox = await running({ retired: true });
    const response = await sandbox.post(path(STANDARD), { instances });
    expect(response.status).toBe(404);
    expect((await json(response)).error.message).toBe(
      `models/${STANDARD} is not found for API version v1beta, or is not supported for predict. Call ModelService.ListModels to see the list of available models and their supported methods.`,
    );
  });
});
