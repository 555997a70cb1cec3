import { expect, it } from 'vitest';
import { withoutPassword } from '../../../src/core/text/without-password.ts';

it.each([
  [
    'postgres://ada:s3cret@db.example:5432/shop?sslmode=require',
    'postgres://ada@db.example:5432/shop?sslmode=require',
  ],
  ['postgres://ada:p%40ss:word@db.example/shop', 'postgres://ada@db.example/shop'],
  ['postgres:///shop?host=/run&password=s3cret&user=ada', 'postgres:///shop?host=/run&password=…&user=ada'],
  ['postgres://ada@db.example/shop', 'postgres://ada@db.example/shop'],
  ['PIXTAB_LEDGER=postgres://ada:s3cret@db.example', 'PIXTAB_LEDGER=postgres://ada@db.example'],
  ['/srv/pixtab', '/srv/pixtab'],
  ['1K', '1K'],
])('shows %s as %s', (address, shown) => {
  expect(withoutPassword(address)).toBe(shown);
});
