import type Driver from '@photostructure/sqlite';
import { Failure } from '../../core/errors.ts';

export type Sqlite = InstanceType<typeof Driver.DatabaseSync>;
export type Statement = ReturnType<Sqlite['prepare']>;

/**
 * Opens a SQLite file. The driver is that of Node's newer releases, compiled for Node 20 as well, so that there is one SQLite
 * everywhere. It is loaded when the first file is opened, since commands that buy nothing never pay for it.
 */
export async function openSqlite(path: string, load = loadDriver): Promise<Sqlite> {
  const { DatabaseSync } = await load().catch(refuseToGoOn);
  return new DatabaseSync(path);
}

const loadDriver = async (): Promise<Pick<typeof Driver, 'DatabaseSync'>> => import('@photostructure/sqlite');

function refuseToGoOn(cause: unknown): never {
  const { platform, arch, version } = process;
  throw new Failure('usage', `pixtab keeps its books in SQLite, and has none for ${platform} on ${arch}.`, {
    hint: `Node 22.16 and later bring their own; this one is ${version}. On Linux, glibc 2.29 or later is enough.`,
    charged: 'no',
    cause,
  });
}
