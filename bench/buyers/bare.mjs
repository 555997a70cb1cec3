// What a picture costs at the least: fetch, parse, decode, write.
import { buyAll, MODEL, PROMPT } from './pool.mjs';

await buyAll(async (url) => {
  const response = await fetch(`${url}/v1beta/models/${MODEL}:generateContent`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-goog-api-key': 'key' },
    body: JSON.stringify({
      contents: [{ role: 'user', parts: [{ text: PROMPT }] }],
      generationConfig: { responseModalities: ['IMAGE'] },
    }),
  });
  const { candidates } = await response.json();
  const { inlineData } = candidates[0].content.parts.findLast((part) => part.inlineData);
  return Buffer.from(inlineData.data, 'base64');
});
