import { expect, it } from 'vitest';
import { world } from '../../support/fakes/deps.ts';
import { fakeQueue } from '../../support/fakes/queue.ts';

/** Clears a screen, names a window, turns letters around, and begins a line of its own. */
const EVIL = '\u001B[2J\u001B]0;mine\u0007\u202Egnp.exe\u0085\u2028\u2066end';
const UNSAFE = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u;

const NAMES: readonly (readonly [what: string, image: object, flags: readonly string[], code: number])[] = [
  ['a prompt', { id: 'hero', prompt: EVIL }, [], 0],
  ['an id', { id: EVIL, prompt: 'a cat' }, [], 2],
  ['a label', { id: 'hero', prompt: 'a cat' }, ['--label', EVIL], 2],
  ['a project', { id: 'hero', prompt: 'a cat' }, ['--project', EVIL], 2],
];

it.each(NAMES)('prints no control character of %s that is queued', async (_, image, flags, code) => {
  const { pictureFiles, pixtab, clock, store } = world();
  pictureFiles.files.set('pixtab.json', Buffer.from(JSON.stringify({ images: [image] })));
  const added = await pixtab('queue', 'add', '-f', 'pixtab.json', ...flags);
  expect(added.code).toBe(code);
  await fakeQueue({ clock, store, owner: `desk ${EVIL}` }).take(1);
  const status = await pixtab('queue', 'status');
  expect(/^desk .*gnp\.exe/m.test(status.stdout)).toBe(code === 0);
  for (const { stdout, stderr } of [added, status]) expect(stdout + stderr).not.toMatch(UNSAFE);
});
