// The same with the AI SDK.
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { generateText } from 'ai';
import { buyAll, MODEL, PROMPT } from './pool.mjs';

let google;
await buyAll(async (url) => {
  google ??= createGoogleGenerativeAI({ apiKey: 'key', baseURL: `${url}/v1beta` });
  const { files } = await generateText({
    model: google(MODEL),
    prompt: PROMPT,
    providerOptions: { google: { responseModalities: ['IMAGE'] } },
  });
  return files[0].uint8Array;
});
