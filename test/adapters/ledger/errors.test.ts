import { describe, expect, it } from 'vitest';
import { ledgerTrouble } from '../../../src/adapters/ledger/errors.ts';
import { Failure } from '../../../src/core/errors.ts';

const said = (code: string, message = 'what SQLite says'): Error =>
  Object.assign(new Error(message), { code });

const unnamed = (rawCode: number): Error =>
  Object.assign(said(`UNKNOWN_SQLITE_ERROR_${rawCode}`), { rawCode });

describe('trouble with the ledger', () => {
  it.each([
    [said('SQLITE_CORRUPT'), 'is damaged: what SQLite says'],
    [said('SQLITE_NOTADB'), 'is damaged'],
    [said('SQLITE_BUSY'), 'is locked by another process'],
    [said('SQLITE_BUSY_RECOVERY'), 'is locked by another process'],
    [said('SQLITE_FULL', 'database or disk is full'), 'cannot be used: database or disk is full'],
    [said('SQLITE_IOERR_WRITE'), 'cannot be used'],
    [said('SQLITE_READONLY'), 'cannot be used'],
    // The driver does not know these extended codes of SQLite's.
    [unnamed(1544), 'cannot be used'],
    [unnamed(1288), 'cannot be used'],
    [unnamed(6410), 'cannot be used'],
    [unnamed(517), 'is locked by another process'],
    [unnamed(779), 'is damaged'],
    [said('ENOSPC'), 'cannot be used'],
    [said('EACCES'), 'cannot be used'],
    [new Error('ConnectionFailed("Unable to open connection")'), 'cannot be used'],
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
    ['SQLITE_BUSY', 'unavailable', 'Wait for it to finish'],
    ['SQLITE_CORRUPT', 'usage', 'Restore a backup'],
    ['SQLITE_FULL', 'usage', '/home/ada'],
    ['EACCES', 'usage', 'PIXTAB_HOME'],
  ])('%s before anything is sent is "%s", and says what to do', (code, kind, hint) => {
    expect(ledgerTrouble(said(code), '/home/ada/ledger.db', 'no')).toMatchObject({
      kind,
      charged: 'no',
      hint: expect.stringContaining(hint),
    });
  });

  it.each([
    new Failure('budget', 'no'),
    new TypeError('a bug'),
    said('SQLITE_CONSTRAINT_PRIMARYKEY'),
    'a word',
  ])('leaves %s as it is', (error) => {
    expect(ledgerTrouble(error, '/home/ada/ledger.db', 'no')).toBe(error);
  });
});
