import { describe, expect, it } from 'vitest';
import { withPictures } from '../../../src/adapters/answers/with-pictures.ts';
import { readReply } from '../../../src/adapters/google/reply.ts';
import { candidate, PIXEL, USAGE } from '../../support/answers.ts';
import { providerAt } from '../../support/provider.ts';

const AT = 'https://cdn.example/a/cat.png?sig=1';
const provider = providerAt('https://google.example');

const SHAPES: Readonly<Record<string, unknown>> = {
  'in fileData': candidate([{ fileData: { mimeType: 'image/png', fileUri: AT } }]),
  'in file_data': candidate([{ file_data: { mime_type: 'image/png', file_uri: AT } }]),
  'in Markdown': candidate([{ text: `Here: ![a cat](${AT})` }]),
  'in HTML': candidate([{ text: `<img src="${AT}" alt="a cat">` }]),
  'as a text': candidate([{ text: AT }]),
  'wrapped once more': { code: 0, data: candidate([{ text: `See ${AT} for it.` }]) },
  'of a chat completion': {
    choices: [{ message: { content: '', images: [{ image_url: { url: AT } }] }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 22, completion_tokens: 1395, total_tokens: 1417 },
  },
};

describe.each(Object.entries(SHAPES))('a picture that is elsewhere, %s', (_, answer) => {
  const body = Buffer.from(JSON.stringify(answer));

  it('is unread, with its address', () => {
    expect(readReply(body, 'generateContent', provider)).toMatchObject({
      images: [],
      links: [AT],
      refusals: [{ reason: 'UNREAD_IMAGE', message: `the picture is at ${AT}` }],
      usage: { total: USAGE.totalTokenCount },
    });
  });

  it('is a picture like any other once it is fetched, beside what the answer reports', () => {
    const reply = readReply(withPictures(body, [PIXEL]), 'generateContent', provider);
    expect(reply).toMatchObject({ refusals: [], usage: { total: USAGE.totalTokenCount } });
    expect(reply.images.map(({ bytes }) => Buffer.from(bytes))).toEqual([PIXEL]);
    expect(reply.extras).toEqual([]);
    expect(reply.links).toBeUndefined();
  });
});

it('a picture of Imagen that is elsewhere is unread too, and a picture like any other once it is fetched', () => {
  const body = Buffer.from(JSON.stringify({ predictions: [{ mimeType: 'image/png', url: AT }] }));
  expect(readReply(body, 'predict', provider)).toMatchObject({
    images: [],
    links: [AT],
    refusals: [{ reason: 'UNREAD_IMAGE' }],
  });
  expect(readReply(withPictures(body, [PIXEL]), 'predict', provider)).toMatchObject({
    images: [{ mimeType: 'image/png' }],
    refusals: [],
  });
});
