import { describe, expect, it } from 'vitest';
import { isAddress, isInBucket, objectPlace, wholePlace } from '../../../src/core/files/place.ts';

describe('a place in a bucket', () => {
  it.each([
    ['s3://shop', 'shop', ''],
    ['s3://shop/', 'shop', ''],
    ['s3://shop/images/', 'shop', 'images/'],
    ['s3://my-shop.eu1/images/a.b/..c/cat.png', 'my-shop.eu1', 'images/a.b/..c/cat.png'],
    [`s3://shop/${'é'.repeat(512)}`, 'shop', 'é'.repeat(512)],
  ])('%s is read', (place, bucket, key) => {
    expect(isInBucket(place)).toBe(true);
    expect(objectPlace(place)).toEqual({ bucket, key });
  });

  it.each([
    ['s3://', /"" is no name of a bucket/],
    ['s3:///cat.png', /"" is no name of a bucket/],
    ['s3://Shop/cat.png', /"Shop" is no name of a bucket/],
    ['s3://-shop/cat.png', /"-shop" is no name/],
    ['s3://shop-/cat.png', /"shop-" is no name/],
    ['s3://ab/cat.png', /"ab" is no name/],
    [`s3://shop/${'é'.repeat(512)}a`, /a key has 1024 bytes at most/],
    ['s3://shop/../cat.png', /a key has no "\." or "\.\." in it/],
    ['s3://shop/./cat.png', /a key has no "\." or "\.\." in it/],
  ])('is none where it says %s', (place, message) => {
    expect(() => objectPlace(place)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringMatching(message) }),
    );
  });

  it.each([
    ['gs://shop/cat.png', true],
    ['https://shop.example/cat.png', true],
    ['pictures/gs://shop/cat.png', true],
    ['C:\\pictures\\cat.png', false],
    ['C://pictures/cat.png', false],
    ['pictures//cat.png', false],
    ['a: b//c.png', false],
  ])('is an address where a path would have another form: %s, %s', (place, is) => {
    expect(isAddress(place)).toBe(is);
  });

  it('is whole wherever it is seen from, and a path is not', () => {
    const resolve = (folder: string, path: string): string => `${folder}/${path}`;
    expect(wholePlace('/work', 's3://shop/cat.png', resolve)).toBe('s3://shop/cat.png');
    expect(wholePlace('/work', 'cat.png', resolve)).toBe('/work/cat.png');
    expect(isInBucket('work/s3://shop')).toBe(false);
  });
});
