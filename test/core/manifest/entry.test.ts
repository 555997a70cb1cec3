import { describe, expect, it } from 'vitest';
import { readEntry, readHead } from '../../../src/core/manifest/entry.ts';

const messages = (value: unknown): readonly string[] =>
  readEntry(value).problems.map(({ path, at, message }) => `${path.join('.')} ${at}: ${message}`);

describe('readEntry', () => {
  it('reads all that can be said of a picture', () => {
    const entry = {
      id: 'hero',
      prompt: 'a {thing}',
      style: '',
      vars: { thing: 'cat' },
      model: 'auto',
      size: '2K',
      aspect: '16:9',
      lane: 'mixed',
      urgent: true,
      thinking: 'low',
      needs: ['edit'],
      inputs: ['a.png'],
      count: 3,
      out: 'a/{id}',
      format: 'webp',
      quality: 80,
    };
    expect(readEntry(entry)).toEqual({ value: entry, problems: [] });
  });

  it('takes one of a list alone, a size in lower case, and a number for a text variable', () => {
    const { value } = readEntry({ id: 'a', size: '2k', inputs: 'a.png', vars: { year: 2026 } });
    expect(value).toEqual({ id: 'a', size: '2K', inputs: ['a.png'], vars: { year: '2026' } });
  });

  it.each([
    [{ id: 'a', promt: 'x' }, 'promt key: there is no key "promt"; did you mean "prompt"?'],
    [{ id: 'a', qwertz: 'x' }, 'qwertz key: there is no key "qwertz"'],
    [{ id: 'a', constructor: 'x' }, 'constructor key: there is no key "constructor"'],
    [{ id: 'a', size: '3K' }, 'size value: size: it takes one of 512, 1K, 2K, 4K; did you mean "1K"?'],
    [{ id: 'a', count: 0 }, 'count value: count: it takes a whole number from 1 to 100'],
    [{ id: 'a', urgent: 'soon' }, 'urgent value: urgent: it takes true or false'],
    [{ id: 'a', lane: 'slow' }, 'lane value: lane: it takes one of now, flex, batch, priority, mixed'],
    [{ id: 'a', count: 1.5 }, 'count value: count: it takes a whole number from 1 to 100'],
    [{ id: 'a', aspect: 16 }, 'aspect value: aspect: it takes width:height in quotes, such as "16:9"'],
    [{ id: 'a', prompt: ' ' }, 'prompt value: prompt: it is empty'],
    [{ id: 'a', vars: { 'a b': 1 } }, 'vars value: vars: "a b" is no name for a variable'],
    [{ id: '../a' }, 'id value: id: it takes letters, digits, - and _, with . and / in between'],
    [{ id: 'a/../b' }, 'id value: id: it takes letters, digits, - and _, with . and / in between'],
    [{ id: 'a#2' }, 'id value: id: it takes letters, digits, - and _, with . and / in between'],
    [{ prompt: 'a' }, ' value: the image has no id'],
    ['hero', ' value: an image has an id, a prompt and more'],
  ])('says what is wrong with %j', (value, message) => {
    expect(messages(value)).toEqual([message]);
  });

  it('tells all that is wrong at once', () => {
    expect(messages({ id: '', promt: 'x', count: 'two' })).toHaveLength(3);
  });

  it('makes no picture of an entry in which anything is wrong', () => {
    expect(readEntry({ id: 'hero', size: '3K' }).value).toBeNull();
  });
});

describe('readHead', () => {
  it('reads includes and defaults', () => {
    const { value, problems } = readHead({ include: 'icons.csv', defaults: { size: '4k' }, $schema: 'x' });
    expect(problems).toEqual([]);
    expect(value).toEqual({ include: ['icons.csv'], route: [], defaults: { size: '4K' } });
  });

  it('reads rules, and says what is wrong with one', () => {
    const { value } = readHead({ route: ['id hero* -> nano-banana-pro', 'else cheapest'], images: [] });
    expect(value.route.map(({ model }) => model)).toEqual(['nano-banana-pro', 'auto']);
    expect([value.include, readHead([]).value]).toEqual([[], { include: [], route: [], defaults: {} }]);
    const { problems } = readHead({ route: 'project shop -> pro', images: [] });
    expect(problems.map(({ message }) => message)).toEqual([
      'route: The rule "project shop -> pro" goes by "project". Rules are such as "label hero -> nano-banana-pro; else cheapest", and go by label, id, size, needs.',
    ]);
  });

  it.each([{ images: [] }, { defaults: {} }, { include: 'a.csv' }])(
    'takes %j for a whole manifest',
    (head) => {
      expect(readHead(head).problems).toEqual([]);
    },
  );

  it.each([
    [{ default: {} }, ['default'], 'there is no key "default"; did you mean "defaults"?'],
    [{ defaults: { id: 'x' } }, ['defaults', 'id'], 'there is no key "id"'],
    [{ include: 7 }, ['include'], 'include: it takes paths of manifests'],
    [{ include: ['a.csv', ' '] }, ['include'], 'include: it takes paths of manifests'],
    [{ route: ['else cheapest', 7] }, ['route'], 'route: it takes rules, in quotes'],
    [{ defaults: [] }, ['defaults'], 'defaults are keys with values'],
    [[], [], 'a manifest has defaults and images'],
    [{}, [], 'there are no images, defaults or include: the file is empty or was cut off'],
    [{ $schema: 'x', images: null }, [], expect.stringContaining('empty or was cut off')],
  ])('says what is wrong with %j', (value, path, message) => {
    expect(readHead(value).problems).toMatchObject([{ path, message }]);
  });
});
