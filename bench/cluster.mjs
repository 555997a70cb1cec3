// A PostgreSQL server of one's own, from Debian's package, that can be stopped. For the proofs, short and long.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ran = promisify(execFile);
const PACKAGED = '/usr/lib/postgresql';

const version = () =>
  existsSync(PACKAGED)
    ? readdirSync(PACKAGED)
        .toSorted((a, b) => Number(a) - Number(b))
        .at(-1)
    : undefined;

/** The server refuses to run as root, so it runs as the user that the package has made. */
function serverUser() {
  if (process.getuid?.() !== 0) return {};
  const [, , uid, gid] = /^postgres:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0].split(':') ?? [];
  return uid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

export const hasCluster = () => version() !== undefined && serverUser() !== null;

export async function cluster() {
  const bin = join(PACKAGED, version(), 'bin');
  const user = serverUser();
  // Where the server's user comes in, whatever TMPDIR says.
  const folder = await mkdtemp('/tmp/pixtab-cluster-');
  if (user.uid !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const run = (program, args) => ran(join(bin, program), args, { ...user, cwd: folder });
  const port = await freePort();
  await run('initdb', ['-D', data, '-A', 'trust', '-U', 'admin', '--no-sync']);
  const options = `-p ${port} -k '${folder}' -h 127.0.0.1 -c max_connections=200`;
  // Its output is a file: whoever reads a pipe waits for the server to end.
  const start = () => run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start']);
  const stop = (mode) => run('pg_ctl', ['-D', data, '-m', mode, '-w', 'stop']);
  await start();
  return {
    port,
    address: `postgres://admin@127.0.0.1:${port}/postgres`,
    start,
    /** `immediate` as by kill -9: nothing is ended in order. */
    stop: (mode = 'immediate') => stop(mode),
    async close() {
      await stop('immediate').catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}
