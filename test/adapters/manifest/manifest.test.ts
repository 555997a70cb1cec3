import { describe, expect, it } from 'vitest';
import { openManifest } from '../../../src/adapters/manifest/manifest.ts';
import { sentenceOf, type Path, type Problem } from '../../../src/core/manifest/problem.ts';
import { fakeTree } from '../../support/fakes/tree.ts';

async function opened(name: string, text: string) {
  const tree = fakeTree(new Map([[name, Buffer.from(text)]]));
  const manifest = await openManifest(name, tree, name);
  const images = [];
  for await (const piece of manifest.images()) images.push(...piece);
  return { head: manifest.head, images, values: images.map(({ value }) => value) };
}

const YAML = `# pictures of the front page
$schema: ./schema.json
defaults: &usual
  size: 1K   # small
images:
  - id: hero
    prompt: |
      a lighthouse
      at dusk
  - id: icon
    <<: { model: auto }
    inputs:
      - a.png
      - b.png
`;
const JSON_TEXT = `{
  "defaults": { "size": "1K" },
  "images": [
    { "id": "hero", "prompt": "a lighthouse" },
    { "id": "icon",
      "inputs": ["a.png", "b.png"] }
  ]
}`;
const JSONL = `# pictures
{"defaults": {"size": "1K"}}

{"id": "hero", "prompt": "a lighthouse"}
{"id": "icon", "inputs": ["a.png", "b.png"]}
`;
const CSV = `id,prompt,inputs,count,vars.mood
hero,"a ""tall"" lighthouse,
at dusk",,2,calm
# not this one
icon,a house,a.png; b.png,,
`;

/** Deeper than any stack. */
const nested = (open: string, close: string): string => `${open.repeat(50_000)}0${close.repeat(50_000)}`;

describe('openManifest', () => {
  it.each([
    ['p.yaml', ''],
    ['p.yaml', '# images:\n'],
    ['p.yaml', 'images:\n'],
    ['p.json', '{}'],
    ['p.jsonl', ''],
    ['p.jsonl', '# pictures\n'],
    ['p.csv', ''],
    ['p.csv', '\n# pictures\n'],
  ])('knows %s with %j from one that lists no images', async (name, text) => {
    const { head } = await opened(name, text);
    expect(Object(head.value)).not.toHaveProperty('images', expect.anything());
  });

  it.each([
    ['p.yaml', 'images: []'],
    ['p.json', '[]'],
    ['p.json', '{"images": []}'],
    ['p.jsonl', '{"id": "a", "prompt": "x"}'],
    ['p.csv', 'id,prompt\n'],
  ])('takes %s with %j for one that lists images, if only none', async (name, text) => {
    expect((await opened(name, text)).head.value).toHaveProperty('images', expect.anything());
  });

  it('reads YAML with comments, blocks and merged keys', async () => {
    const { head, values } = await opened('p.yaml', YAML);
    expect(head.value).toMatchObject({ $schema: './schema.json', defaults: { size: '1K' } });
    expect(values).toEqual([
      { id: 'hero', prompt: 'a lighthouse\nat dusk\n' },
      { id: 'icon', model: 'auto', inputs: ['a.png', 'b.png'] },
    ]);
  });

  it.each([
    [
      'images:\n  - id: a\n    prompt: the #1 fan\n',
      '3:16: prompt ends here, for YAML takes "#1 fan" for a comment',
    ],
    ['defaults:\n  style: in #ff0000 and blue\n', '2:12: style ends here, for YAML takes "#ff0000 and blue"'],
    ['images:\n  - { id: a, prompt: cat # two\n    }\n', '2:25: prompt ends here, for YAML takes "# two"'],
  ])('doubts a text without quotes that a comment cuts short: %j', async (text, doubt) => {
    const { doubts = [] } = await openManifest(
      'p.yaml',
      fakeTree(new Map([['p.yaml', Buffer.from(text)]])),
      'p.yaml',
    );
    expect(doubts.map(sentenceOf)).toEqual([expect.stringContaining(`p.yaml:${doubt}`)]);
  });

  it.each([
    'images:\n  - id: a # the first\n    prompt: "the #1 fan" # in quotes\n',
    'images:\n  # all of them\n  - id: a\n    prompt: |\n      the #1 fan\n',
    'images:\n  - id: a\n    prompt: no#comment\n    # about the next\n    size: 1K # small\n',
  ])('doubts no other comment: %j', async (text) => {
    const { doubts } = await openManifest(
      'p.yaml',
      fakeTree(new Map([['p.yaml', Buffer.from(text)]])),
      'p.yaml',
    );
    expect(doubts).toEqual([]);
  });

  it('takes 16:9 in YAML for what it is', async () => {
    expect((await opened('p.yml', 'images:\n- aspect: 16:9\n')).values).toEqual([{ aspect: '16:9' }]);
  });

  it('reads JSON, with images at the top or below', async () => {
    const { head, values } = await opened('p.json', JSON_TEXT);
    expect(head.value).toMatchObject({ defaults: { size: '1K' } });
    expect(values).toEqual([
      { id: 'hero', prompt: 'a lighthouse' },
      { id: 'icon', inputs: ['a.png', 'b.png'] },
    ]);
    expect((await opened('p.json', '[{"id": "a"}]')).values).toEqual([{ id: 'a' }]);
  });

  it('reads JSON Lines, with comments and defaults on the first line', async () => {
    const { head, values } = await opened('p.jsonl', JSONL);
    expect(head.value).toEqual({ defaults: { size: '1K' } });
    expect(values).toEqual([
      { id: 'hero', prompt: 'a lighthouse' },
      { id: 'icon', inputs: ['a.png', 'b.png'] },
    ]);
  });

  it('reads CSV with quotes, lists, numbers and variables', async () => {
    expect((await opened('p.csv', CSV)).values).toEqual([
      { id: 'hero', prompt: 'a "tall" lighthouse,\nat dusk', count: 2, vars: { mood: 'calm' } },
      { id: 'icon', prompt: 'a house', inputs: ['a.png', 'b.png'] },
    ]);
  });

  it.each<[string, string, number, Path, Problem['at'], string]>([
    ['p.yaml', YAML, 1, ['inputs', 1], 'value', '14:9'],
    ['p.yaml', YAML, 0, ['prompt'], 'key', '7:5'],
    ['p.yaml', YAML, 0, ['nowhere'], 'value', '6:5'],
    ['p.json', JSON_TEXT, 1, ['inputs', 1], 'value', '6:27'],
    ['p.json', JSON_TEXT, 1, ['inputs'], 'key', '6:7'],
    ['p.jsonl', JSONL, 1, ['inputs', 1], 'value', '5:36'],
    ['p.jsonl', JSONL, 0, ['prompt'], 'key', '4:16'],
    ['p.csv', CSV, 0, ['prompt'], 'value', '2:6'],
    ['p.csv', CSV, 1, ['inputs'], 'value', '5:14'],
  ])('in %s knows where the parts of an image stand', async (name, text, image, path, at, place) => {
    const { file, line, column } = (await opened(name, text)).images[image]?.placeOf(path, at) ?? {};
    expect(`${file}:${line}:${column}`).toBe(`${name}:${place}`);
  });

  it('knows where the parts of the head stand', async () => {
    const { placeOf } = (await opened('p.yaml', YAML)).head;
    expect(placeOf(['defaults', 'size'])).toEqual({ file: 'p.yaml', line: 4, column: 9 });
    expect(placeOf(['defaults', 'size'], 'key')).toEqual({ file: 'p.yaml', line: 4, column: 3 });
  });

  it.each([
    ['p.yaml', 'images:\n  - id: "hero\n', /^p\.yaml:\d:\d+: /],
    ['p.yaml', 'images: []\nimages: []\n', /^p\.yaml:2:1: this key stands there twice/],
    ['p.yaml', 'images: hero\n', /^p\.yaml:1:9: images takes a list/],
    ['p.json', '{\n  "images": [,]\n}', /^p\.json:2:14: this is no valid JSON/],
    ['p.jsonl', '{"id":"a"}\n{"id":}\n', /^p\.jsonl:2:7: this is no valid JSON/],
    ['p.csv', 'id,promt\na,b\n', /^p\.csv:1:4: there is no key "promt"; did you mean "prompt"\?/],
    ['p.csv', 'id,id\na,b\n', /^p\.csv:1:4: there are two columns "id"/],
    ['p.csv', 'id,prompt\na,b,c\n', /^p\.csv:2:5: the row has 3 cells, the header 2/],
    ['p.csv', 'id,prompt\na,"b\n', /^p\.csv:2:3: the quotes of this cell are never closed/],
    ['p.csv', 'id,prompt\na,"b"c\n', /^p\.csv:2:6: a comma should follow/],
    ['p.yaml', 'images:\n\t- id: a\n', /^p\.yaml:2:1: Tabs are not allowed/],
    ['p.yaml', 'images:\n  - {id: *a}\n', /^p\.yaml:2:\d+: there is no anchor &a above/],
    ['p.yaml', 'images: []\n---\nimages: []\n', /^p\.yaml:2:1: a manifest is one document/],
    ['p.json', '{"images": [{"id": "a"},]}', /^p\.json:1:25: .*: a comma stands before the closing/],
    ['p.json', '{"images": [] // none\n}', /^p\.json:1:15: .*no comments; YAML has/],
    ['p.json', '{"images": [{"id": "a"', /^p\.json:1:\d+: .*: it ends too early/],
    ['p.json', '{"images": [{"id": "a",\n "id": "b"}]}', /^p\.json:2:2: there are two keys "id"/],
    ['p.jsonl', '{"id":"a","prompt":"x","prompt":"y"}', /^p\.jsonl:1:24: there are two keys "prompt"/],
    ['p.jsonl', `${'{"id":"a"}\n'.repeat(57_311)}{"id":}\n`, /^p\.jsonl:57312:7: this is no valid JSON/],
    ['p.csv', 'id;prompt\na;b\n', /^p\.csv:1:1: cells are parted by commas, and here by semicolons/],
    ['p.csv', 'id\tprompt\na\tb\n', /^p\.csv:1:1: .* and here by tabs/],
    ['p.csv', 'id,prompt\ra,b\rc,d\r', /^p\.csv:1:1: its lines end in CR alone.*save it with/],
    ['p.csv', '# pictures\rid,prompt\ra,b\r', /^p\.csv:1:1: its lines end in CR alone/],
    ['p.csv', 'sep=;\nid;prompt\na;b\n', /^p\.csv:1:1: this line is for Excel alone: take it out/],
    ['p.csv', '"sep=,"\nid,prompt\n', /^p\.csv:1:1: this line is for Excel alone/],
    ['p.csv', 'id,prompt,\na,b,\n', /^p\.csv:1:11: a column has no name/],
    ['p.doc', 'x', /a manifest ends in/],
    ['p.json', nested('[', ']'), /^p\.json:1:101: this is nested too deeply/],
    ['p.json', nested('{"a":', '}'), /^p\.json:1:501: this is nested too deeply/],
    ['p.json', nested('[', ''), /^p\.json:1:101: this is nested too deeply/],
    ['p.json', `{"images": ${nested('[', ']')}, "images": []}`, /^p\.json:1:111: this is nested too deeply/],
    ['p.jsonl', `{"id": "a"}\n{"id": ${nested('[', ']')}}\n`, /^p\.jsonl:2:\d+: this is nested too deeply/],
    ['p.yaml', `images: ${nested('[', ']')}`, /^p\.yaml:1:\d+: this is nested too deeply/],
    [
      'p.yaml',
      `images: [${' '.repeat(20_000_000)}]`,
      /^p\.yaml:1:1: a manifest in YAML has at most 20\.0 MB/,
    ],
  ])('refuses a broken %s with the place: %.100j', async (name, text, message) => {
    await expect(opened(name, text)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
    });
  });

  it('takes what looks like a second key inside of a text for text', async () => {
    const { values } = await opened('p.jsonl', '{"id":"a","prompt":"a sign: \\"id\\":\\""}');
    expect(values).toEqual([{ id: 'a', prompt: 'a sign: "id":"' }]);
  });

  it.each([
    ['a byte order mark and the line ends of Windows', '\uFEFFid,prompt\r\na,b\r\n'],
    ['quotes around everything', '"id","prompt"\n"a","b"\n'],
    ['spaces in the header, comments and blank lines', '# pictures\n\nid , prompt\n\na,b\n'],
  ])('reads CSV with %s', async (_, text) => {
    expect((await opened('p.csv', text)).values).toEqual([{ id: 'a', prompt: 'b' }]);
  });

  it('knows where the row after a cell of several lines stands', async () => {
    const { images } = await opened('p.csv', 'id,prompt\r\na,"two\r\nlines, ""so"""\r\nb,x\r\n');
    expect(images.map(({ value }) => value)).toEqual([
      { id: 'a', prompt: 'two\nlines, "so"' },
      { id: 'b', prompt: 'x' },
    ]);
    expect(images.map(({ placeOf }) => placeOf(['id']).line)).toEqual([2, 4]);
  });

  it('refuses aliases that would fill the memory', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [at, name] of 'bcdefgh'.split('').entries()) {
      const before = 'abcdefg'[at];
      bomb.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`);
    }
    await expect(opened('p.yaml', bomb.join('\n'))).rejects.toMatchObject({ kind: 'usage' });
  });
});
