import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../bench/process.mjs';
import { CHROMIUM } from '../support/chromium.ts';
import { lacks } from '../support/lacks.ts';
import { repeatOldest } from './many-rows.ts';
import { place, type Place } from './place.ts';
import { servedBy } from './serving.ts';

const EVIL = '<img src=x onerror=alert(1)><script>alert(2)</script>';
const EVIL_NAME = `$(touch x) '"<b>.jpg`;
const MANY = 10_000;

/** What a page did that it must not: broke its own policy, asked somebody else, threw. */
interface Watched {
  readonly page: Page;
  readonly wrongs: readonly string[];
}

describe.skipIf(lacks('Chromium'))('the gallery, in a browser', () => {
  let here: Place;
  let browser: Browser;

  beforeAll(async () => {
    here = await place();
    await here.run(['a lighthouse', '-o', 'first.jpg']);
    repeatOldest(here.home, MANY);
    await here.run(['a harbour', '-o', 'lite.jpg', '--project', 'shop']);
    await here.run([
      'a harbour',
      '-o',
      'pro.jpg',
      '--project',
      'shop',
      '-m',
      'nano-banana-pro',
      '-a',
      '16:9',
    ]);
    await here.run([EVIL, '-o', EVIL_NAME]);
    await rename(join(here.dir, 'lite.jpg'), join(here.dir, 'moved.jpg'));
    here.sandbox.control.setFaults('IMAGE_SAFETY');
    await here.run(['a refusal', '--refusal-retries', '0']);
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '' });
  });

  afterAll(async () => {
    await browser?.close();
    await here?.[Symbol.asyncDispose]();
  });

  async function opened(
    url: string,
    options: BrowserContextOptions = {},
  ): Promise<Watched & AsyncDisposable> {
    const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
    const page = await context.newPage();
    const wrongs: string[] = [];
    const own = url.startsWith('file:') ? 'file:' : new URL(url).origin;
    page.on('pageerror', ({ message }) => wrongs.push(message));
    page.on('dialog', (dialog) => wrongs.push(`dialog ${dialog.message()}`));
    page.on('console', (message) => {
      // A picture that is gone is asked for, and is not there.
      if (message.type() === 'error' && !message.text().includes('404')) wrongs.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(own) && !request.url().startsWith('data:')) wrongs.push(request.url());
    });
    await page.goto(url);
    return { page, wrongs, [Symbol.asyncDispose]: () => context.close() };
  }

  /** What axe-core finds wrong for people who see, hear or move otherwise, a sentence each. */
  async function barriers(page: Page): Promise<readonly string[]> {
    await page.evaluate(axe.source);
    const found = (await page.evaluate('axe.run()')) as {
      readonly violations: readonly {
        readonly id: string;
        readonly nodes: readonly { readonly html: string }[];
      }[];
    };
    return found.violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ html }) => html)
          .join(' ')
          .slice(0, 300)}`,
    );
  }

  /** A gallery of its own, which ends with its test. */
  const gallery = async (): Promise<string> => (await servedBy(here, ['gallery', '--sandbox'])).url;

  /** Waits until a picture of this width is there. */
  const painted = (page: Page, selector: string, width: number): Promise<void> =>
    until(`a picture ${width} wide`, async () => {
      const widths = `[...document.querySelectorAll('${selector}')].map((image) => image.naturalWidth)`;
      return (await page.evaluate<readonly number[]>(widths)).includes(width);
    });

  const cards = (page: Page) => page.locator('.card > a');

  it('shows ten thousand requests at once, draws only those that are seen, and finds the last', async () => {
    await using it = await opened(await gallery());
    const { page } = it;
    await page.getByText('10,005 requests').waitFor();
    expect(await cards(page).count()).toBeLessThan(60);
    await cards(page).first().focus();
    await page.keyboard.press('End');
    await page.getByText(`a lighthouse ${MANY}`, { exact: true }).waitFor();
    expect(await cards(page).count()).toBeLessThan(60);
    // Its picture is that of the first: one thumbnail for all.
    await painted(page, 'img', 480);
    // On paper, those that are not drawn would be hundreds of empty sheets.
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBeLessThan(10_000);
    expect(it.wrongs).toEqual([]);
  });

  it('searches and filters, takes markup for text, and keeps what was asked for in its address', async () => {
    await using it = await opened(await gallery());
    const { page } = it;
    await page.getByLabel('Search').fill('ONERROR');
    await page.getByText('1 request', { exact: true }).waitFor();
    expect(await page.locator('.title').allTextContents()).toEqual([EVIL]);
    await page.reload();
    await page.getByText('1 request', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByLabel('Outcome').selectOption('no picture');
    await page.getByText('1 request', { exact: true }).waitFor();
    expect(await page.locator('.face').allTextContents()).toEqual(['IMAGE_SAFETY']);
    await page.getByLabel('Since').fill('then');
    await page.getByText('--since takes a day').waitFor();
    expect(it.wrongs.filter((wrong) => !wrong.includes('400'))).toEqual([]);
  });

  it('opens, goes on and closes by keys alone, and gives the focus back', async () => {
    await using it = await opened(`${await gallery()}#/pictures?project=shop`);
    const { page } = it;
    await page.getByText('2 requests').waitFor();
    await cards(page).first().focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'a harbour' });
    await dialog.getByText('nano-banana-2-lite', { exact: true }).waitFor();
    expect(await dialog.getByText('gemini-3-pro-image').count()).toBe(1);
    await page.keyboard.press('ArrowRight');
    await dialog.getByText('gemini-3.1-flash-lite-image, 1K').waitFor();
    await dialog.getByText('moved to moved.jpg').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement?.closest("li")?.dataset.index')).toBe('0');
    await page.keyboard.press('c');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('c');
    await page.getByRole('link', { name: 'Compare' }).press('Enter');
    const table = page.getByRole('dialog', { name: 'Comparison' }).getByRole('row');
    await table.filter({ hasText: 'model' }).filter({ hasText: 'nano-banana-pro' }).waitFor();
    expect(
      (await table.filter({ hasText: 'differs' }).count()) + (await table.filter({ hasText: '≠' }).count()),
    ).toBeGreaterThan(1);
    expect(it.wrongs).toEqual([]);
  });

  it('copies the command that goes on from a picture with a hostile name', async () => {
    await using it = await opened(`${await gallery()}#/pictures?search=onerror`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page } = it;
    await cards(page).first().click();
    await page.getByRole('button', { name: 'Copy: Edit it' }).click();
    await page.getByText('Copied').first().waitFor();
    const line = await page.evaluate('navigator.clipboard.readText()');
    expect(line).toBe(`pixtab edit --sandbox '$(touch x) '\\''"<b>.jpg' -p 'what to change'`);
    expect(it.wrongs).toEqual([]);
  });

  it('has no barriers that axe-core knows, in light and in dark, and fits into 400 pixels', async () => {
    const url = await gallery();
    await using it = await opened(`${url}#/pictures?project=shop`);
    const { page } = it;
    await page.getByText('2 requests').waitFor();
    const found: string[] = [...(await barriers(page))];
    await cards(page).first().click();
    await page.getByRole('heading', { name: 'The same prompt' }).waitFor();
    found.push(...(await barriers(page)));
    await page.emulateMedia({ colorScheme: 'dark' });
    found.push(...(await barriers(page)));
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 400, height: 800 });
    const isWide = () => page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect(await isWide()).toBe(false);
    await page.getByRole('link', { name: 'Spending' }).click();
    await page.getByRole('heading', { name: 'Quotes against bills' }).waitFor();
    expect(await isWide()).toBe(false);
    found.push(...(await barriers(page)));
    expect(found).toEqual([]);
  });

  it('is the same in files, which need no server, and say no prompt where none is wanted', async () => {
    await here.run(['gallery', '--project', 'shop', '-o', 'site/', '--no-prompts']);
    await using it = await opened(pathToFileURL(join(here.dir, 'site/index.html')).href);
    const { page } = it;
    await page.getByText('2 requests').waitFor();
    await painted(page, 'img', 480);
    expect(await page.locator('body').textContent()).not.toContain('harbour');
    await cards(page).first().click();
    await page.getByRole('dialog').getByText('gemini-3-pro-image').waitFor();
    await painted(page, 'dialog img', 1376);
    await page.goBack();
    await page.getByRole('link', { name: 'Spending' }).click();
    await page.getByRole('heading', { name: 'By day' }).waitFor();
    expect(it.wrongs).toEqual([]);
    expect(await readdir(join(here.dir, 'site'))).toEqual([
      'index.html',
      'page.css',
      'page.js',
      'picture',
      'rows',
      'thumb',
    ]);
  });

  it('says what was spent in one file alone', async () => {
    await here.run(['spend', '--html', 'spending.html']);
    await using it = await opened(pathToFileURL(join(here.dir, 'spending.html')).href);
    const { page } = it;
    await page.getByRole('heading', { name: 'By day' }).waitFor();
    await page.getByLabel('by project').check();
    await page.getByRole('listitem').filter({ hasText: 'shop' }).waitFor();
    expect(await page.getByText('Sandbox: no money was spent').count()).toBe(1);
    expect(await page.evaluate('getComputedStyle(document.body).maxWidth')).toBe('1680px');
    expect(it.wrongs).toEqual([]);
  });
});
