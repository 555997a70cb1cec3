import type Driver from '@photostructure/sqlite';

export type Sqlite = InstanceType<typeof Driver.DatabaseSync>;
export type Statement = ReturnType<Sqlite['prepare']>;

/**
 * Opens a SQLite file. The driver is that of Node's newer releases, compiled for Node 20 as well, so that there is one SQLite
 * everywhere. It is loaded when the first file is opened, since commands that buy nothing never pay for it.
 */
export async function openSqlite(path: string): Promise<Sqlite> {
  const { DatabaseSync } = await import('@photostructure/sqlite');
  return new DatabaseSync(path);
}
