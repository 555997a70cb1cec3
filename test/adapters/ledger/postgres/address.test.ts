import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { addressIn } from '../../../../src/adapters/ledger/postgres/address.ts';
import { tempDir } from '../../../support/tempdir.ts';

const targetOf = (text: string, env: Record<string, string> = {}) => addressIn(text, env).target;

describe('the address of a ledger', () => {
  it.each<[string, Record<string, string>, object]>([
    [
      'postgres://ada:p%40ss@db.example:6543/shop',
      {},
      { host: 'db.example', port: 6543, user: 'ada', password: 'p@ss', database: 'shop' },
    ],
    ['postgresql://ada@db.example', {}, { port: 5432, password: null, database: 'ada' }],
    ['postgres://ada@[::1]/shop', {}, { host: '::1', tls: [false] }],
    [
      'postgres:///shop?host=/run/postgresql',
      { USER: 'ada' },
      { host: '/run/postgresql', user: 'ada', tls: [false] },
    ],
    [
      'postgres://',
      { PGHOST: 'db.example', PGPORT: '7', PGUSER: 'eve', PGPASSWORD: 'x', PGDATABASE: 'd' },
      { host: 'db.example', port: 7, user: 'eve', password: 'x', database: 'd' },
    ],
    ['postgres://ada:own@db.example', { PGPASSWORD: 'other' }, { password: 'own' }],
  ])('%s with %j is read as libpq reads it', (text, env, target) => {
    expect(targetOf(text, env)).toMatchObject(target);
  });

  it.each<[string, object]>([
    ['disable', [false]],
    ['prefer', [{ rejectUnauthorized: false }, false]],
    ['require', [{ rejectUnauthorized: false }]],
    ['verify-ca', [{ rejectUnauthorized: true, checkServerIdentity: expect.any(Function) }]],
    ['verify-full', [{ rejectUnauthorized: true }]],
  ])('with sslmode=%s takes TLS as libpq does', (mode, tls) => {
    expect(targetOf(`postgres://ada@db.example/shop?sslmode=${mode}`).tls).toEqual(tls);
    expect(targetOf('postgres://ada@db.example/shop', { PGSSLMODE: mode }).tls).toEqual(tls);
  });

  it('trusts the authority that is named, and verifies by it with sslmode=require too', async () => {
    await using folder = await tempDir();
    await writeFile(folder.at('root.crt'), 'an authority');
    const text = `postgres://ada@db.example/shop?sslmode=require&sslrootcert=${folder.at('root.crt')}`;
    expect(targetOf(text).tls).toEqual([
      expect.objectContaining({ ca: Buffer.from('an authority'), rejectUnauthorized: true }),
    ]);
  });

  it('prefers TLS with a server elsewhere, and needs none on this machine', () => {
    expect(targetOf('postgres://ada@db.example/shop').tls).toHaveLength(2);
    expect(targetOf('postgres://ada@127.0.0.1/shop').tls).toEqual([false]);
  });

  it.each([
    ['postgres://ada:s3cret@db.example/shop?password=s3cret', 'postgres://ada@db.example:5432/shop'],
    ['postgres://ada:s3cret@db.example/shop?schema=two', 'postgres://ada@db.example:5432/shop?schema=two'],
    ['postgres://ada:s3cret@/shop?host=/run', 'postgres://ada@/shop'],
  ])('%s is shown without its password', (text, shown) => {
    expect(addressIn(text, {}).shown).toBe(shown);
  });

  it.each([
    ['postgres://ada@db.example/shop?sslmod=require', 'a parameter "sslmod"'],
    ['postgres://ada@db.example/shop?sslmode=maybe', 'sslmode=maybe; it takes disable, allow'],
    ['mysql://ada@db.example/shop', 'no address of a PostgreSQL server'],
    ['postgres://db.example/shop', 'names no user'],
    ['postgres://ada@db.example:99999/shop', 'no address'],
    ['postgres://ada@db.example/shop?port=none', 'a port that is none'],
    ['postgres://ada@db.example/shop?schema=a;b', 'a schema that is no name'],
    ['postgres://ada@db.example/shop?sslrootcert=/nowhere', 'there is no file /nowhere'],
  ])('%s is refused: %s', (text, why) => {
    expect(() => addressIn(text, {})).toThrow(why);
  });
});
