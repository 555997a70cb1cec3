import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { BIN, TIE } from '../../bench/process.mjs';
import { lacks } from '../support/lacks.ts';
import { workplace, type Workplace } from './pixtab.ts';

interface Piped {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A line as somebody types it; `pipefail` has it end with what pixtab ended with. File descriptor 3 ends it with this process. */
async function bash({ dir, env }: Workplace, line: string): Promise<Piped> {
  const node = [process.execPath, ...TIE, BIN].map((word) => `"${word}"`).join(' ');
  const script = `set -o pipefail; pixtab() { ${node} "$@"; }; ${line}`;
  const child = spawn('bash', ['-c', script], { cwd: dir, env, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  child.stdin?.end();
  const [stdout, stderr, [code]] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, stdout, stderr };
}

const lines = ({ stdout }: Piped): readonly string[] => stdout.toString().trimEnd().split('\n');

describe.skipIf(lacks('bash'))('paths on stdout', () => {
  const GNU = process.platform === 'linux' ? ["xargs -d '\\n' ls -1"] : [];
  it.each([...GNU, "tr '\\n' '\\0' | xargs -0 ls -1"])('go through %s whatever is in them', async (rest) => {
    await using place = await workplace();
    const out = `my "cat", it's a $HOME & *{n}.jpg`;
    const ran = await bash(
      place,
      `pixtab 'a cat' -n 3 -o '${out.replaceAll("'", `'\\''`)}' --sandbox | ${rest}`,
    );
    expect(ran.code).toBe(0);
    expect(lines(ran)).toEqual([1, 2, 3].map((number) => out.replace('{n}', String(number))));
  });

  it('have no line end in them: such a name is refused before anything is bought', async () => {
    await using place = await workplace();
    const ran = await bash(place, `pixtab 'a cat' -o $'a\\nb.jpg' --sandbox`);
    expect(ran).toMatchObject({ code: 2, stdout: Buffer.alloc(0) });
    expect(ran.stderr).toContain('-o has a control character in it');
  });

  it('may be left unread: what was bought is on disk, and that is no failure', async () => {
    await using place = await workplace();
    const ran = await bash(place, `pixtab 'a cat' -n 3 -o 'cat-{n}.jpg' --sandbox | head -1; ls -1`);
    expect(ran.code).toBe(0);
    expect(lines(ran)).toEqual(['cat-1.jpg', 'cat-1.jpg', 'cat-2.jpg', 'cat-3.jpg']);
  });
});

describe.skipIf(lacks('bash'))('-o -', () => {
  it('writes the picture and nothing else', async () => {
    await using place = await workplace();
    const ran = await bash(place, `pixtab 'a cat' -o - --format png --sandbox`);
    expect(await sharp(ran.stdout).metadata()).toMatchObject({ format: 'png', width: 1024, height: 1024 });
    expect(ran.stderr).toContain('paid   $');
  });

  it('is what edit - takes', async () => {
    await using place = await workplace();
    const ran = await bash(
      place,
      `pixtab 'a cat' -a 16:9 -o - --sandbox | pixtab edit - -p 'at night' -o night.jpg --sandbox`,
    );
    expect([ran.code, ...lines(ran)]).toEqual([0, 'night.jpg']);
    const { width, height } = await sharp(await readFile(join(place.dir, 'night.jpg'))).metadata();
    expect((width ?? 0) / (height ?? 1)).toBeCloseTo(16 / 9, 1);
  });

  it('is what a shell puts in the place of <(…)', async () => {
    await using place = await workplace();
    const line = `pixtab edit <(pixtab 'a cat' -o - --sandbox) -p 'at night' -o night.jpg --sandbox`;
    const ran = await bash(place, line);
    expect([ran.code, ...lines(ran)]).toEqual([0, 'night.jpg']);
  });

  it('into a reader that leaves keeps what was paid for, and recover writes it', async () => {
    await using place = await workplace();
    const ran = await bash(place, `pixtab 'a cat' -o - --sandbox | head -c 10`);
    expect(ran).toMatchObject({ code: 11 });
    expect(ran.stdout).toHaveLength(10);
    expect(ran.stderr).toContain('pixtab recover');
    const recovered = await bash(place, 'pixtab recover --sandbox');
    expect(recovered.code).toBe(0);
    const [name = ''] = lines(recovered);
    expect(await sharp(join(place.dir, name)).metadata()).toMatchObject({ format: 'jpeg' });
  });
});

describe.skipIf(lacks('bash'))('a prompt', () => {
  it('may be piped in or come from a file; without either, pixtab alone says what it can do', async () => {
    await using place = await workplace();
    const ran = await bash(
      place,
      `echo "a cat" > cat.txt; PIXTAB_SANDBOX=1; export PIXTAB_SANDBOX; ` +
        `echo "a cat" | pixtab && pixtab < cat.txt && pixtab < /dev/null && pixtab <&-`,
    );
    expect(ran.code).toBe(0);
    expect(lines(ran).filter((line) => line.endsWith('.jpg'))).toHaveLength(2);
    expect(lines(ran).filter((line) => line.startsWith('Usage: pixtab'))).toHaveLength(2);
  });
});
