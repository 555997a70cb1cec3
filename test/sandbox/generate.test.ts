import { describe, expect, it } from 'vitest';
import { sniff } from '../../src/sandbox/sniff.ts';
import { asking, generatePath, json, LITE, PRO, running } from './support.ts';

describe('generateContent', () => {
  it.each([
    [LITE, {}, 1024, 1024, 'image/jpeg', 1120],
    [LITE, { aspectRatio: '16:9' }, 1376, 768, 'image/jpeg', 1120],
    [PRO, { aspectRatio: '21:9', imageSize: '4K' }, 6336, 2688, 'image/jpeg', 2000],
    ['gemini-nano-banana-2.1', { aspectRatio: '1:8', imageSize: '2K' }, 768, 6144, 'image/jpeg', 1680],
    ['gemini-3.1-flash-image', { aspectRatio: '4:5', imageSize: '512' }, 464, 576, 'image/jpeg', 747],
    ['gemini-2.5-flash-image', { aspectRatio: '3:2' }, 1248, 832, 'image/png', 1290],
  ])(
    'gives %s with %o its own pixels, type and tokens',
    async (model, imageConfig, width, height, type, tokens) => {
      await using sandbox = await running();
      const response = await sandbox.post(generatePath(model), asking('a lighthouse', { imageConfig }));
      expect(response.headers.get('x-pixtab-sandbox')).toBe('1');
      const body = await json(response);
      const [part] = body.candidates[0].content.parts;
      expect(part.inlineData.mimeType).toBe(type);
      expect(sniff(Buffer.from(part.inlineData.data, 'base64'))).toEqual({ width, height });
      expect(body.usageMetadata.candidatesTokensDetails).toEqual([{ modality: 'IMAGE', tokenCount: tokens }]);
      expect(body.modelVersion).toBe(model);
      expect(body.responseId).toMatch(/^\w{22}$/);
    },
  );
});
