// Asks for pictures, so many at a time, and writes them: `node buyer.mjs <url> <pictures> <at once> [flush]`.
import { open, writeFile } from 'node:fs/promises';

export const MODEL = 'gemini-3.1-flash-lite-image';
export const PROMPT = 'a lighthouse at dusk';
const [, , url, pictures, atOnce, flush] = process.argv;

/** `ask` resolves to the bytes of one picture. */
export async function buyAll(ask) {
  let next = 1;
  async function worker() {
    for (let number = next++; number <= Number(pictures); number = next++) {
      const bytes = await ask(url);
      const path = `picture-${number}.jpg`;
      if (flush === undefined) await writeFile(path, bytes);
      else await written(path, bytes);
    }
  }
  await Promise.all(Array.from({ length: Number(atOnce) }, worker));
}

async function written(path, bytes) {
  const file = await open(path, 'wx');
  await file.writeFile(bytes);
  await file.sync();
  await file.close();
}
