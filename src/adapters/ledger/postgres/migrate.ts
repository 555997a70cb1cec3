import type { Failure } from '../../../core/errors.ts';
import type { Part } from '../queries.ts';
import { count } from '../row.ts';
import { waitingFor } from './lock.ts';
import type { Wire } from './wire.ts';

/** Whoever writes to the ledger waits for each other under this name. */
const WRITERS: Part = 'ledger';

/** The table that says which steps a schema has. */
const VERSION = 'ledger_version';

/** Makes the schema, or brings it up to date: once, whoever comes at the same moment. A newer one is left alone. */
export async function bringUpToDate(
  wire: Wire,
  schema: string,
  migrations: readonly string[],
  tooNew: () => Failure,
): Promise<void> {
  const version = await versionOf(wire, schema);
  if (version === migrations.length) return;
  if (version > migrations.length) throw tooNew();
  await migrate(wire, schema, migrations);
}

/** 0 where there is none yet. */
export async function versionOf(wire: Wire, schema: string): Promise<number> {
  // Looked for in the tables themselves: by its name, one that was made a moment ago may not be found yet.
  const { count: tables } = await wire.query(
    'SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $1 AND relname = $2',
    [schema, VERSION],
  );
  if (tables === 0) return 0;
  const { rows: versions } = await wire.query(`SELECT version FROM "${schema}".${VERSION}`, []);
  return versions[0] === undefined ? 0 : count(versions[0], 'version');
}

async function migrate(wire: Wire, schema: string, migrations: readonly string[]): Promise<void> {
  // An older pixtab writes until it hears of the newer schema, and a step may sum up what it writes.
  await wire.script(`BEGIN; ${waitingFor(schema, 'migration')}; ${waitingFor(schema, WRITERS)}`);
  try {
    // Read again: another process may have been first.
    const version = await versionOf(wire, schema);
    if (version < migrations.length) {
      await wire.script(`${version === 0 ? creating(schema) : ''} SET LOCAL search_path TO "${schema}"`);
      for (const step of migrations.slice(version)) await wire.script(step);
      await wire.script(`UPDATE ${VERSION} SET version = ${migrations.length}`);
    }
    await wire.script('COMMIT');
  } catch (error) {
    await wire.script('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** An administrator may have made the schema for us. */
const creating = (schema: string): string => `
  CREATE SCHEMA IF NOT EXISTS "${schema}";
  CREATE TABLE "${schema}".${VERSION} (version integer NOT NULL);
  INSERT INTO "${schema}".${VERSION} VALUES (0);`;
