/** A PNG of one pixel. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** What Google reports for one 1K picture: image tokens, a remainder without a modality, and thinking. */
export const USAGE = {
  promptTokenCount: 22,
  candidatesTokenCount: 1216,
  thoughtsTokenCount: 179,
  totalTokenCount: 1417,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: 22 }],
  candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
  serviceTier: 'standard',
};

export const imagePart = (bytes: Uint8Array = PIXEL, mimeType = 'image/png') => ({
  inlineData: { mimeType, data: Buffer.from(bytes).toString('base64') },
});

/** The body of a generateContent answer with these parts, whichever model was asked. */
export const candidate = (parts: readonly unknown[], changes: object = {}) => ({
  candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }],
  usageMetadata: USAGE,
  responseId: 'response-1',
  ...changes,
});

export const pictureAnswer = (bytes: Uint8Array = PIXEL) => candidate([imagePart(bytes)]);

/** An answer of words alone, and no image tokens. */
export const textAnswer = (text: string) =>
  candidate([{ text }], {
    usageMetadata: { promptTokenCount: 22, candidatesTokenCount: 12, totalTokenCount: 34 },
  });

/** An answer without a picture, as safety filters give it. */
export const refusalAnswer = (
  finishReason = 'IMAGE_SAFETY',
  finishMessage = 'The image was filtered out.',
) => ({
  candidates: [{ content: { role: 'model' }, finishReason, finishMessage, index: 0 }],
  usageMetadata: { promptTokenCount: 22, totalTokenCount: 22 },
});

export const predictions = (...bytes: readonly Uint8Array[]) => ({
  predictions: bytes.map((one) => ({
    mimeType: 'image/png',
    bytesBase64Encoded: Buffer.from(one).toString('base64'),
  })),
});

/** An error in Google's form. */
export const googleError = (code: number, status: string, message: string, details?: readonly unknown[]) => ({
  error: { code, message, status, ...(details && { details }) },
});
