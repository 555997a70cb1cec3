import { describe, expect, it } from 'vitest';
import { ledgerTrouble } from '../../../src/adapters/ledger/errors.ts';
import { Failure } from '../../../src/core/errors.ts';

const CODES = {
  busy: 5,
  readonly: 8,
  corrupt: 11,
  full: 13,
  cantOpen: 14,
  notADatabase: 26,
  primaryKey: 1555,
};

/** What the driver throws: a number for what SQLite means. */
const said = (errcode: number, message = 'what SQLite says'): Error =>
  Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode });

const unnumbered = (message: string): Error =>
  Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR' });

const system = (code: string): Error => Object.assign(new Error('what the system says'), { code });

describe('trouble with the ledger', () => {
  it.each([
    [said(CODES.corrupt), 'is damaged: what SQLite says'],
    [said(CODES.notADatabase), 'is damaged'],
    [said(CODES.busy), 'is locked by another process'],
    [said(CODES.full, 'database or disk is full'), 'cannot be used: database or disk is full'],
    [said(CODES.readonly), 'cannot be used'],
    [said(CODES.cantOpen), 'cannot be used'],
    // Extended codes say more in their higher bytes.
    [said(1544), 'cannot be used'],
    [said(1288), 'cannot be used'],
    [said(6410), 'cannot be used'],
    [said(8458), 'cannot be used'],
    [said(261), 'is locked by another process'],
    [said(517), 'is locked by another process'],
    [said(779), 'is damaged'],
    // Of rows, the driver passes on the sentence alone.
    [unnumbered('database is locked'), 'is locked by another process'],
    [unnumbered('disk I/O error'), 'cannot be used: disk I/O error'],
    [unnumbered('database disk image is malformed'), 'is damaged'],
    [system('ENOSPC'), 'cannot be used'],
    [system('EACCES'), 'cannot be used'],
  ])('%s names the file, says what is true of the money, and keeps the cause', (error, says) => {
    const failure = ledgerTrouble(error, '/home/ada/ledger.db', 'unknown');
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      kind: 'disk',
      charged: 'unknown',
      cause: error,
      hint: expect.any(String),
    });
    expect(failure).toHaveProperty('message', expect.stringContaining(`/home/ada/ledger.db ${says}`));
  });

  it.each([
    [said(CODES.busy), 'unavailable', 'Wait for it to finish'],
    [said(CODES.corrupt), 'usage', 'Restore a backup'],
    [said(CODES.full), 'usage', '/home/ada'],
    [system('EACCES'), 'usage', 'PIXTAB_HOME'],
  ])('%s before anything is sent is "%s", and says what to do', (error, kind, hint) => {
    expect(ledgerTrouble(error, '/home/ada/ledger.db', 'no')).toMatchObject({
      kind,
      charged: 'no',
      hint: expect.stringContaining(hint),
    });
  });

  it.each([
    new Failure('budget', 'no'),
    new TypeError('a bug'),
    said(CODES.primaryKey),
    unnumbered('no such column: x'),
    'a word',
  ])('leaves %s as it is', (error) => {
    expect(ledgerTrouble(error, '/home/ada/ledger.db', 'no')).toBe(error);
  });
});
