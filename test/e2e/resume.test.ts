import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { killedWhen } from './killing.ts';
import { gatedPlace } from './place.ts';

it('buys what kill -9 left of a file of prompts, and nothing that may have been charged', async () => {
  await using here = await gatedPlace();
  await writeFile(join(here.dir, 'prompts.txt'), 'a cat\na dog\na fox\n');
  here.gate.shut();
  const buyer = here.start(
    'generate --each-line --prompt-file prompts.txt -o out/{n}.jpg --concurrency 1'.split(' '),
  );
  await here.gate.holds(1, buyer);
  await killedWhen(here, 'the first request is sent', buyer, ({ sent }) => sent === 1);
  here.gate.open();

  const [run] = here.ledger('SELECT run_id FROM runs');
  const resume = ['generate', '--resume', String(run?.['run_id']).slice(0, 8)];
  const rest = await here.run(resume);
  expect(rest).toMatchObject({ code: 0, stdout: expect.stringMatching(/out\/2\.jpg\n.*out\/3\.jpg\n$/) });
  expect(rest.stderr).toContain('1 picture may have been charged');
  expect((await here.run([...resume, '--retry-unconfirmed'])).code).toBe(0);
  // Beside the prompts.
  expect(await here.pictures()).toHaveLength(1 + 3);
  const states = here.ledger('SELECT state FROM attempts ORDER BY state').map(({ state }) => state);
  expect(states).toEqual(['released', 'released', 'saved', 'saved', 'saved', 'unconfirmed']);
  expect(here.ledger('SELECT run_id FROM runs')).toHaveLength(1);
  expect((await here.run(['verify'])).code).toBe(0);
});
