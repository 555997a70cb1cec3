import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { killedWhen } from './killing.ts';
import { gatedPlace, type GatedPlace } from './place.ts';

// What becomes of a turn when two processes want to be the next one, and when a process dies around it.

async function photographed(here: GatedPlace): Promise<void> {
  const photo = sharp({ create: { width: 40, height: 30, channels: 3, background: '#3070b0' } });
  await writeFile(join(here.dir, 'photo.jpg'), await photo.jpeg().toBuffer());
}

const args = (...more: readonly string[]) => ['edit', ...more, ...'--session sky --json -o out/'.split(' ')];

/** What the next turn of a session would send again. */
async function history(here: GatedPlace, session: string): Promise<readonly string[]> {
  const flags = ['--session', session, '-p', 'next'];
  const { request } = await here.json<{
    request: { body: { contents: { role: string; parts: { text?: string }[] }[] } };
  }>(['edit', ...flags, '--dry-run']);
  return request.body.contents.flatMap(({ role, parts }) => (role === 'user' ? (parts[0]?.text ?? []) : []));
}

const sessionFile = (here: GatedPlace): string => join(here.home, 'state', 'sandbox', 'sessions.db');

describe('a session', () => {
  it('loses neither of two turns that go on from the same picture at once', async () => {
    await using here = await gatedPlace();
    await photographed(here);
    expect((await here.run(args('photo.jpg', '-p', 'one'))).code).toBe(0);
    here.gate.shut();
    const both = ['two', 'three'].map((words) => here.start(args('-p', words)));
    await here.gate.holds(2, ...both);
    here.gate.open();
    const ran = await Promise.all(both.map(({ ran }) => ran));
    expect(ran.map(({ code }) => code)).toEqual([0, 0]);
    const warned = ran.filter(({ stderr }) => stderr.includes('Session sky went on elsewhere meanwhile'));
    expect(warned).toHaveLength(1);
    expect(JSON.parse(warned[0]?.stdout ?? '')).toMatchObject({
      warnings: [expect.anything(), expect.stringContaining('are session sky-2 now: --session sky-2')],
    });
    const [kept, moved] = [await history(here, 'sky'), await history(here, 'sky-2')];
    expect([kept, moved].map(([first]) => first)).toEqual(['one', 'one']);
    expect(new Set([kept[1], moved[1]])).toEqual(new Set(['two', 'three']));
    expect(await here.pictures()).toHaveLength(4);
  });

  it('goes on with its last whole turn after kill -9 in the middle of one', async () => {
    await using here = await gatedPlace();
    await photographed(here);
    await here.run(args('photo.jpg', '-p', 'one'));
    here.gate.shut();
    const second = here.start(args('-p', 'two'));
    await here.gate.holds(1, second);
    second.child.kill('SIGKILL');
    expect((await second.ran).signal).toBe('SIGKILL');
    here.gate.open();
    expect(await history(here, 'sky')).toEqual(['one', 'next']);
    expect((await here.run(args('-p', 'three'))).code).toBe(0);
    expect(await history(here, 'sky')).toEqual(['one', 'three', 'next']);
  });

  it.each([
    [
      'as the last of its session',
      false,
      [['one', 'two', 'next']],
      'It is the last turn of session sky now.',
    ],
    [
      'in a session of its own where another went on meanwhile',
      true,
      [
        ['one', 'other', 'next'],
        ['one', 'two', 'next'],
      ],
      'are session sky-2 now',
    ],
  ])(
    'gets the turn of a process that died after it was paid for back with recover, %s',
    async (_, wentOn, turns, says) => {
      await using here = await gatedPlace();
      await photographed(here);
      await here.run(args('photo.jpg', '-p', 'one'));
      here.gate.shut();
      const second = here.start(args('-p', 'two'));
      await here.gate.holds(1, second);
      // Paid for, journaled and booked it will be; but whoever holds this lock keeps the turn from its place.
      const lock = new DatabaseSync(sessionFile(here));
      lock.exec('BEGIN IMMEDIATE');
      here.gate.open();
      await killedWhen(here, 'the turn is booked', second, ({ settled }) => settled === 1);
      lock.exec('ROLLBACK');
      lock.close();
      expect(await history(here, 'sky')).toEqual(['one', 'next']);
      if (wentOn) await here.run(args('-p', 'other'));

      const before = (await here.pictures()).length;
      const recovered = await here.run(['recover']);
      expect(recovered.code).toBe(0);
      expect(recovered.stderr).toContain(says);
      expect(await here.pictures()).toHaveLength(before + 1);
      const names = ['sky', 'sky-2'].slice(0, turns.length);
      expect(await Promise.all(names.map((name) => history(here, name)))).toEqual(turns);
      // It goes on from there, and its signatures are still those that the model made.
      expect((await here.run(args('-p', 'after'))).code).toBe(0);
      expect((await here.run(['recover'])).stderr).toContain('nothing to recover');
      expect(await readdir(join(here.home, 'state', 'sandbox', 'journal'))).toEqual([]);
    },
  );
});
