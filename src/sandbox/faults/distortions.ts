import { isRecord } from '../generate/wire.ts';
import type { WireBody } from '../generate/wire.ts';
import type { Distortion, Fault, Faults, InlinePicture } from './fault.ts';

const distorts = (about: string, distortion: Distortion): Fault => ({
  does: 'distort',
  about,
  distortion: () => distortion,
});
const data = (about: string, change: (data: string) => string): Fault =>
  distorts(about, { picture: (picture) => ({ ...picture, data: change(picture.data) }) });

const otherType = (picture: InlinePicture): InlinePicture => ({
  ...picture,
  mimeType: picture.mimeType === 'image/png' ? 'image/jpeg' : 'image/png',
});

function withForeignCharacters(text: string): string {
  const middle = Math.floor(text.length / 2);
  return `${text.slice(0, middle)}*?${text.slice(middle)}`;
}

function withUnknownWords(body: WireBody): WireBody {
  const candidates = body.candidates?.map((candidate) => ({
    ...candidate,
    finishReason: 'FAKE_NEW_FINISH_REASON',
    newField: { deep: [1, null, true] },
  }));
  return { ...body, ...(candidates && { candidates }), newTopLevelField: 'FAKE' };
}

function withoutSignatures(body: WireBody): WireBody {
  const candidates = body.candidates?.map((candidate) => {
    const { content } = candidate;
    if (!isRecord(content) || !Array.isArray(content.parts)) return candidate;
    const parts = content.parts.map((part: unknown) =>
      isRecord(part) ? Object.fromEntries(Object.entries(part).filter(([name]) => name !== SIGNATURE)) : part,
    );
    return { ...candidate, content: { ...content, parts } };
  });
  return { ...body, ...(candidates && { candidates }) };
}
const SIGNATURE = 'thoughtSignature';

function withoutUsage(body: WireBody): WireBody {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'usageMetadata'));
}

function withoutDetails(body: WireBody): WireBody {
  if (!isRecord(body.usageMetadata)) return body;
  const kept = Object.entries(body.usageMetadata).filter(([name]) => !name.endsWith('Details'));
  return { ...body, usageMetadata: Object.fromEntries(kept) };
}

/** Names in snake_case, as some relays write them. */
function snakeCased(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const within = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(within);
    return isRecord(value) ? snakeCased(value) : value;
  };
  const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [snake(name), within(value)]));
}

const counting = (about: string, count: (usage: Readonly<Record<string, unknown>>) => object): Fault =>
  distorts(about, {
    body: ({ usageMetadata, ...body }) =>
      usageMetadata ? { ...body, usageMetadata: { ...count(usageMetadata) } } : body,
  });

/** The first candidate's parts, with its pictures in other clothes. */
const dressed = (about: string, dress: (picture: InlinePicture) => unknown): Fault =>
  distorts(about, {
    body: (body) => ({
      ...body,
      candidates: (body.candidates ?? []).map(({ content, ...candidate }) => {
        if (!isRecord(content) || !Array.isArray(content.parts)) return { ...candidate, content };
        const parts = content.parts.map((part: unknown) =>
          isRecord(part) && isPicture(part.inlineData) ? dress(part.inlineData) : part,
        );
        return { ...candidate, content: { ...content, parts } };
      }),
    }),
  });

const isPicture = (value: unknown): value is InlinePicture =>
  isRecord(value) && typeof value.data === 'string' && typeof value.mimeType === 'string';

const dataUrl = ({ mimeType, data: bytes }: InlinePicture): string => `data:${mimeType};base64,${bytes}`;

/** Answers that are worked for and charged, but are not what one expects. */
export const DISTORTION_FAULTS: Faults = {
  drafts: {
    does: 'distort',
    about: 'draft pictures before the last one, each charged; =N sets how many image parts (3)',
    distortion: (value) => ({ pictures: Math.max(1, Math.min(10, value ?? 3)) }),
  },
  interim: distorts('an interim picture among the thoughts', { interim: true }),
  'text-only': distorts('words instead of a picture', { textOnly: true }),
  'wrong-type': distorts('PNG that says it is JPEG, or JPEG that says it is PNG', { picture: otherType }),
  'base64-broken': data('base64 with foreign characters', withForeignCharacters),
  'base64-empty': data('no picture data at all', () => ''),
  'base64-url': data('the URL-safe alphabet, without padding', (text) =>
    text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
  ),
  'picture-broken': data('the picture breaks off in the middle', (text) =>
    text.slice(0, Math.floor(text.length / 8) * 4),
  ),
  'picture-garbage': data('bytes that are no picture', () =>
    Buffer.from('this is not a picture').toString('base64'),
  ),
  'unknown-words': distorts('values and fields that the API does not have', { body: withUnknownWords }),
  'no-signature': distorts('pictures without their thought signatures', { body: withoutSignatures }),
  'no-usage': distorts('no usage reported', { body: withoutUsage }),
  'snake-case': distorts('every name in snake_case', { body: snakeCased }),
  'zero-usage': counting('usage that is zero throughout', (usage) =>
    Object.fromEntries(Object.keys(usage).flatMap((name) => (name.endsWith('Count') ? [[name, 0]] : []))),
  ),
  'prompt-usage': counting('usage of the prompt alone', ({ promptTokenCount }) => ({
    promptTokenCount,
    totalTokenCount: promptTokenCount,
  })),
  'data-url': distorts('a data URL in place of base64', {
    picture: (picture) => ({ ...picture, data: dataUrl(picture) }),
  }),
  'octet-stream': distorts('a picture that says it is an octet stream', {
    picture: (picture) => ({ ...picture, mimeType: 'application/octet-stream' }),
  }),
  markdown: dressed('a picture in a text, as Markdown', (picture) => ({
    text: `![image](${dataUrl(picture)})`,
  })),
  sse: distorts('server-sent events that nobody asked for', { streams: 'events' }),
  chunks: distorts('an array of chunks that nobody asked for', { streams: 'array' }),
  smaller: distorts('a picture of half the size', { halves: true }),
  'sheet-uneven': distorts('a sheet of drafts whose cells are of different sizes', { sheet: 'uneven' }),
  'sheet-no-gutters': distorts('a sheet of drafts without gutters', { sheet: 'no gutters' }),
  'sheet-other-count': distorts('a sheet of drafts with a column too many', { sheet: 'other count' }),
  'sheet-white': distorts('a sheet of drafts that are white at their edges, with white gutters', {
    sheet: 'white',
  }),
  'sheet-border': distorts('a sheet of drafts with a border', { sheet: 'border' }),
  'sheet-empty': distorts('a sheet of drafts whose last two cells are empty', { sheet: 'empty' }),
  'sheet-captions': distorts('a sheet of drafts with a line below each', { sheet: 'captions' }),
  'other-model': distorts('an answer of another model', {
    body: (body) => ({ ...body, modelVersion: 'gemini-2.5-flash-image' }),
  }),
  'no-details': distorts('usage without its split by modality', { body: withoutDetails }),
};
