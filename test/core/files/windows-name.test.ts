import { describe, expect, it } from 'vitest';
import { notOnWindows } from '../../../src/core/files/windows-name.ts';

describe('of a path, Windows', () => {
  it.each([
    'C:\\pics\\cat.jpg',
    'c:/pics/../cat.jpg',
    './cat.jpg',
    '\\\\server\\share\\cat.jpg',
    'console.jpg',
    'com10.jpg',
    '.hidden/a cat.v2.jpg',
    '猫.jpg',
    'x'.repeat(255),
  ])('takes %j', (path) => {
    expect(notOnWindows(path)).toBe(null);
  });

  it.each([
    ['a<b>.jpg', 'a<b>.jpg'],
    ['C:\\pics\\cat:2.jpg', 'cat:2.jpg'],
    ['what?/cat.jpg', 'what?'],
    ['pics/c:/cat.jpg', 'c:'],
    ['pics./cat.jpg', 'pics.'],
    ['pics /cat.jpg', 'pics '],
    ['pics/CON.jpg', 'CON.jpg'],
    ['pics/nul', 'nul'],
    ['Lpt1 .tar.jpg', 'Lpt1 .tar.jpg'],
    ['aux/cat.jpg', 'aux'],
    [`pics/${'x'.repeat(256)}`, 'x'.repeat(256)],
  ])('of %j does not take %j', (path, name) => {
    expect(notOnWindows(path)).toBe(name);
  });
});
