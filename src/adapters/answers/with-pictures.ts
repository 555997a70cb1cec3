import { imageKind } from '../images/sniff.ts';
import { documentsIn } from './documents.ts';

/** The answer with pictures that it only pointed to, in a form that its reader reads. */
export function withPictures(body: Uint8Array, pictures: readonly Uint8Array[]): Uint8Array {
  const parts = pictures.map((bytes) => ({
    inlineData: {
      mimeType: `image/${imageKind(bytes) ?? 'png'}`,
      data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
    },
  }));
  return Buffer.from(JSON.stringify([...documentsIn(body).values, { candidates: [{ content: { parts } }] }]));
}
