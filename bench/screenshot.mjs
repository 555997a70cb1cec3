// Takes docs/gallery.webp anew: buys some pictures in the sandbox, and opens the gallery in Chromium.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { start } from './process.mjs';

const WANTED = [
  ['a harbour at dusk', '--project', 'shop'],
  ['a lighthouse at dusk', '-m', 'nano-banana-pro', '--project', 'shop', '--label', 'hero'],
  ['a lighthouse at dusk', '--project', 'shop', '--label', 'hero'],
  ['a mountain hut under stars', '-m', 'nano-banana-2.1', '-s', '2K'],
  ['a forest in the rain', '--lane', 'flex'],
  ['five people around a table', '-m', 'nano-banana-2'],
  ['a robot that waters flowers', '--project', 'web'],
  ['a fox in the snow, flat vector drawing', '--project', 'web', '-a', '16:9'],
];

const dir = await mkdtemp(join(tmpdir(), 'pixtab-screenshot-'));
const env = { PATH: process.env.PATH ?? '', PIXTAB_HOME: join(dir, 'home') };
try {
  for (const words of WANTED) await start([...words, '--sandbox', '--yes'], { cwd: dir, env }).ran;
  const gallery = start(['gallery', '--sandbox'], { cwd: dir, env });
  const [said] = await once(gallery.child.stdout, 'data');
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' });
  const page = await browser.newPage({ viewport: { width: 1060, height: 840 }, colorScheme: 'light' });
  await page.goto(String(said).trim());
  await page
    .locator('.card img')
    .nth(WANTED.length - 1)
    .waitFor();
  await page.waitForLoadState('networkidle');
  const shot = await page.screenshot();
  await browser.close();
  gallery.child.kill('SIGINT');
  await gallery.ran;
  await writeFile('docs/gallery.webp', await sharp(shot).webp({ quality: 60 }).toBuffer());
} finally {
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}
