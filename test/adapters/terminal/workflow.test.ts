import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { workflow } from '../../../src/adapters/terminal/workflow.ts';
import { tempDir } from '../../support/tempdir.ts';

function inActions(summary?: string) {
  const written: string[] = [];
  const env = { GITHUB_ACTIONS: 'true', ...(summary && { GITHUB_STEP_SUMMARY: summary }) };
  return { written, ...workflow(env, (text) => void written.push(text)) };
}

describe('in GitHub Actions', () => {
  it('a failure is an annotation, in one line whatever it says', () => {
    const { written, annotate } = inActions();
    annotate('error', '100% of\r\nit');
    annotate('warning', 'one picture');
    expect(written).toEqual([
      '::error title=pixtab::100%25 of%0D%0Ait\n',
      '::warning title=pixtab::one picture\n',
    ]);
  });

  it('summaries are added to the page', async () => {
    await using dir = await tempDir();
    const { summarise } = inActions(dir.at('summary'));
    summarise('one');
    summarise('two');
    expect(await readFile(dir.at('summary'), 'utf8')).toBe('one\ntwo\n');
  });

  it('a page that cannot be written is no failure', () => {
    expect(() => inActions('/no/such/folder/summary').summarise('one')).not.toThrow();
    expect(() => inActions().summarise('one')).not.toThrow();
  });
});

it('elsewhere nothing is written', async () => {
  await using dir = await tempDir();
  const written: string[] = [];
  const env = { GITHUB_STEP_SUMMARY: dir.at('summary') };
  const { annotate, summarise } = workflow(env, (text) => void written.push(text));
  annotate('error', 'it failed');
  summarise('one');
  expect(written).toEqual([]);
  await expect(readFile(dir.at('summary'))).rejects.toThrow('ENOENT');
});
