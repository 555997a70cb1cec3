import type { Queries } from './queries.ts';
import { text } from './row.ts';

/** null where there is none yet. */
export async function secretOf(database: Queries, name: string): Promise<string | null> {
  const row = await database.get('SELECT secret FROM secrets WHERE name = ?', name);
  return row === undefined ? null : text(row, 'secret');
}

/** Keeps a secret, unless another process was first: then it is that one. */
export async function keepSecret(database: Queries, name: string, fresh: string): Promise<string> {
  await database.run('INSERT INTO secrets (name, secret) VALUES (?, ?) ON CONFLICT DO NOTHING', name, fresh);
  return (await secretOf(database, name)) ?? fresh;
}
