/** The tokens of the input by modality; a modality without tokens does not appear. */
export const promptDetails = (text: number, image: number): readonly unknown[] => [
  ...(text > 0 ? [{ modality: 'TEXT', tokenCount: text }] : []),
  ...(image > 0 ? [{ modality: 'IMAGE', tokenCount: image }] : []),
];
