import { describe, expect, it } from 'vitest';
import { lfsPointer } from '../../../src/core/files/lfs-pointer.ts';

const OID = 'ab'.repeat(32);
const pointer = (oid = `sha256:${OID}`, size = '12345', head = '') =>
  `version https://git-lfs.github.com/spec/v1\n${head}oid ${oid}\nsize ${size}\n`;
const read = (text: string) => lfsPointer(new TextEncoder().encode(text));

describe('a Git LFS pointer', () => {
  it.each([
    ['as git LFS writes it', pointer()],
    ['that went through autocrlf', pointer().replaceAll('\n', '\r\n')],
    ['that is as long as one may be', pointer().padEnd(1023)],
    ['with extensions', pointer(undefined, undefined, `ext-0-foo sha256:${OID}\n`)],
  ])('%s says which content it stands for', (_, text) => {
    expect(read(text)).toEqual({ sha256: OID, bytes: 12_345 });
  });

  it.each([
    ['a picture', '\u0089PNG'],
    ['an empty file', ''],
    ['a text about one', `see: ${pointer()}`],
    ['one of another hash', pointer('sha1:abc')],
    ['one without a size', pointer(undefined, 'many')],
    ['one that is longer than pointers are', pointer().padEnd(1024)],
    ['one with more behind it', `${pointer()}more`],
  ])('%s is none', (_, text) => {
    expect(read(text)).toBeNull();
  });
});
