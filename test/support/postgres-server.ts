import pg from 'pg';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of a database that this run has to itself; null without a server. */
    readonly postgres: string | null;
  }
}

/** Makes a database at the server that PIXTAB_TEST_POSTGRES names, and drops it in the end. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const address = process.env['PIXTAB_TEST_POSTGRES'];
  if (!address) {
    project.provide('postgres', null);
    return undefined;
  }
  const name = `pixtab_test_${process.pid}_${Date.now().toString(36)}`;
  await asked(address, `CREATE DATABASE ${name}`);
  const own = new URL(address);
  own.pathname = `/${name}`;
  project.provide('postgres', own.href);
  return () => asked(address, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

async function asked(address: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
