import { createHmac } from 'node:crypto';
import type { Part } from '../messages.ts';
import { invalid } from '../http/problem.ts';

// This is no secret: it only tells a signature that a sandbox made from one that was broken on its way.
const SECRET = 'pixtab sandbox';
const MAC_BYTES = 32;

// Google's documented stand-ins for histories that were made elsewhere:
// https://ai.google.dev/gemini-api/docs/thought-signatures, checked 2026-11-22.
const STAND_INS = new Set(['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go']);

/** A thought signature of so many bytes, which `checkSignature` accepts. */
export function sign(words: string, size: number): string {
  const seed = createHmac('sha256', SECRET).update(words).digest();
  const filler = Buffer.alloc(Math.max(0, size - MAC_BYTES), seed);
  return Buffer.concat([mac(filler), filler]).toString('base64');
}

/** Refuses a picture of an earlier turn whose signature is missing or was changed. */
export function checkSignature(part: Part, content: number, position: number): void {
  const { thoughtSignature } = part;
  if (thoughtSignature === undefined || thoughtSignature === '') {
    throw invalid(
      `Image part is missing a thought_signature in content position ${content}, part position ${position}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures#model-behavior for more details.`,
    );
  }
  if (STAND_INS.has(thoughtSignature)) return;
  const bytes = bytesOf(thoughtSignature);
  if (!mac(bytes.subarray(MAC_BYTES)).equals(bytes.subarray(0, MAC_BYTES))) {
    throw invalid('Corrupted thought signature.');
  }
}

const mac = (filler: Uint8Array): Buffer => createHmac('sha256', SECRET).update(filler).digest();

/** The bytes of base64 in either alphabet. */
export const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64');
