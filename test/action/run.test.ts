import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../support/tempdir.ts';
import { lacks } from '../support/lacks.ts';

const SCRIPT = fileURLToPath(new URL('../../action/run.sh', import.meta.url));

/** Runs the action's script beside a pixtab and a gh that write down what they were called with. */
async function acted(
  env: Readonly<Record<string, string>>,
  { exit = 0, errors = '', comment = '', gh = 0, rows = 0 } = {},
) {
  await using dir = await tempDir();
  const bin = dir.at('bin');
  await mkdir(bin);
  const script = async (name: string, body: string): Promise<void> => {
    await writeFile(dir.at('bin', name), `#!/usr/bin/env bash\n${body}\n`);
    await chmod(dir.at('bin', name), 0o755);
  };
  const log = `printf '%s\\n' "$(basename "$0") $*" >> "${dir.at('calls')}"`;
  await script(
    'pixtab',
    `${log}\nenv | grep '^PIXTAB_' > "${dir.at('settings')}"\necho '**+1 picture: $0.03, at most $0.04**'\nseq -f '| + | picture %g |' ${rows}\necho "${errors}" >&2\nexit ${exit}`,
  );
  await script(
    'gh',
    `${log}\nfor a in "$@"; do case "$a" in body=@*) cp "\${a#body=@}" "${dir.at('body')}";; esac; done
if [[ "$*" == *--paginate* ]]; then echo "${comment}"; fi\nexit ${gh}`,
  );
  const ran = spawnSync('bash', [SCRIPT], {
    cwd: dir.path,
    encoding: 'utf8',
    env: {
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      PIXTAB_RUN: 'pixtab',
      PIXTAB_COMMAND: 'diff',
      PIXTAB_BASE: 'abc',
      PIXTAB_COMMENT: 'true',
      PIXTAB_PULL: '7',
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_STEP_SUMMARY: dir.at('summary'),
      GITHUB_OUTPUT: dir.at('output'),
      ...env,
    },
  });
  const text = (name: string): Promise<string> => readFile(dir.at(name), 'utf8').catch(() => '');
  return {
    code: ran.status,
    stdout: ran.stdout,
    stderr: ran.stderr,
    calls: (await text('calls')).trim().split('\n'),
    /** What pixtab is told in variables. */
    settings: await text('settings'),
    body: await text('body'),
    summary: await text('summary'),
    output: await text('output'),
  };
}

describe.skipIf(lacks('bash'))('the action', () => {
  it('writes the cost of the change into the summary, an output and a new comment', async () => {
    const { code, calls, body, summary, output } = await acted({});
    expect(code).toBe(0);
    expect(calls[0]).toBe('pixtab diff --markdown --base abc');
    expect(calls.at(-1)).toMatch(/^gh api --method POST repos\/o\/r\/issues\/7\/comments /);
    expect(body).toMatch(/^<!-- pixtab -->\n### Pictures\n\n\*\*\+1 picture: \$0\.03/);
    expect(summary).toBe(body);
    expect(output).toBe('headline=+1 picture: $0.03, at most $0.04\n');
  });

  it('tells pixtab nothing of its own variables, and all that the job sets', async () => {
    expect((await acted({ PIXTAB_SIZE: '2K' })).settings).toBe('PIXTAB_SIZE=2K\n');
  });

  it('keeps its one comment up to date', async () => {
    const { calls } = await acted({}, { comment: '42' });
    expect(calls.at(-1)).toMatch(/^gh api --method PATCH repos\/o\/r\/issues\/comments\/42 /);
  });

  it('keeps one for each manifest, and takes the first of several', async () => {
    const { calls, body } = await acted({ PIXTAB_MANIFEST: 'docs/my "art".yaml' }, { comment: '42\n43' });
    expect(body).toMatch(/^<!-- pixtab docs\/my__art_.yaml -->\n/);
    expect(calls[1]).toContain('startswith("<!-- pixtab docs/my__art_.yaml -->")');
    expect(calls.at(-1)).toContain('/comments/42 ');
  });

  it('says why it failed also where the comment is cut', async () => {
    const { code, body } = await acted(
      { PIXTAB_FAIL_OVER: '0.01' },
      { exit: 4, errors: 'pixtab: too dear', rows: 5000 },
    );
    expect([code, body.length < 61_000]).toEqual([4, true]);
    expect(body).toMatch(
      /^<!-- pixtab -->\n### Pictures\n\n```text\npixtab: too dear\n```\n\n\*\*\+1 picture: \$0\.03/,
    );
  });

  it('cuts a summary that GitHub would not take', async () => {
    const { summary } = await acted({}, { rows: 60_000 });
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
    expect(summary).toMatch(/\n\n… and more: pixtab diff prints it all\.\n$/);
  });

  it('passes the exit code on, and says in the comment why', async () => {
    const { code, body } = await acted({ PIXTAB_FAIL_OVER: '0.01' }, { exit: 4, errors: 'pixtab: too dear' });
    expect(code).toBe(4);
    expect(body).toContain('pixtab: too dear');
  });

  it('plans a manifest, without a base', async () => {
    const { calls } = await acted({
      PIXTAB_COMMAND: 'plan',
      PIXTAB_MANIFEST: 'art/my pictures.yaml',
      PIXTAB_COMMENT: '',
    });
    expect(calls).toEqual(['pixtab plan --markdown -f art/my pictures.yaml']);
  });

  it('takes no input for shell', async () => {
    const { code, calls, stdout } = await acted({
      PIXTAB_BASE: '$(echo broken); echo broken',
      PIXTAB_COMMENT: 'false',
    });
    expect([code, stdout]).toEqual([0, '']);
    expect(calls).toEqual(['pixtab diff --markdown --base $(echo broken); echo broken']);
  });

  it('does not fail for a comment that it may not write', async () => {
    const { code, stdout, calls } = await acted({}, { gh: 1 });
    expect(code).toBe(0);
    expect(stdout).toContain('::warning::');
    // Nor does it write a second one when it cannot see whether there is a first.
    expect(calls.filter((call) => call.includes('POST'))).toEqual([]);
  });

  it('cuts a comment that GitHub would not take at a whole line, and leaves the summary whole', async () => {
    const { code, body, summary } = await acted({}, { rows: 5000 });
    expect(code).toBe(0);
    expect(body.length).toBeLessThan(61_000);
    expect(body).toMatch(/\| \+ \| picture \d+ \|\n\n… and more: the job summary has more\.\n$/);
    expect(summary).toContain('| + | picture 5000 |');
  });

  it('is a script that bash can read to its end', () => {
    expect(spawnSync('bash', ['-n', SCRIPT], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  it('runs nothing but plan and diff', async () => {
    const { code, calls } = await acted({ PIXTAB_COMMAND: 'apply' });
    expect([code, calls]).toEqual([2, ['']]);
  });
});
