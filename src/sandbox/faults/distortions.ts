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
  'no-details': distorts('usage without its split by modality', { body: withoutDetails }),
};
