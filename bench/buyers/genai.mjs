// The same with Google's SDK.
import { GoogleGenAI } from '@google/genai';
import { buyAll, MODEL, PROMPT } from './pool.mjs';

let client;
await buyAll(async (url) => {
  client ??= new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: url } });
  const { candidates } = await client.models.generateContent({
    model: MODEL,
    contents: PROMPT,
    config: { responseModalities: ['IMAGE'] },
  });
  const { inlineData } = candidates[0].content.parts.findLast((part) => part.inlineData);
  return Buffer.from(inlineData.data, 'base64');
});
