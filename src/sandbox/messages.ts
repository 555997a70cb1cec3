import { anything, base64, beta, choice, flag, integer, list, message, number, text } from './http/fields.ts';
import type { Read } from './http/fields.ts';

// https://ai.google.dev/api/generate-content, checked 2026-11-22.

const part = message(
  'Part',
  {
    text,
    inlineData: message('Blob', { mimeType: text, data: base64, displayName: text }),
    fileData: message('FileData', { mimeType: text, fileUri: text, displayName: text }),
    functionCall: anything,
    functionResponse: anything,
    executableCode: anything,
    codeExecutionResult: anything,
    toolCall: anything,
    toolResponse: anything,
    thought: flag,
    thoughtSignature: base64,
    partMetadata: anything,
    videoMetadata: anything,
    mediaResolution: anything,
  },
  [
    'text',
    'inlineData',
    'fileData',
    'functionCall',
    'functionResponse',
    'executableCode',
    'codeExecutionResult',
  ],
);

const content = message('Content', { role: text, parts: list(part) });

const generationConfig = message('GenerationConfig', {
  candidateCount: integer,
  stopSequences: list(text),
  maxOutputTokens: integer,
  temperature: number,
  topP: number,
  topK: number,
  seed: integer,
  presencePenalty: number,
  frequencyPenalty: number,
  responseMimeType: text,
  responseSchema: anything,
  responseJsonSchema: anything,
  responseFormat: anything,
  responseLogprobs: flag,
  logprobs: integer,
  enableEnhancedCivicAnswers: flag,
  enableAffectiveDialog: flag,
  mediaResolution: anything,
  speechConfig: anything,
  responseModalities: beta(
    list(choice('GenerationConfig.Modality', ['MODALITY_UNSPECIFIED', 'TEXT', 'IMAGE', 'AUDIO', 'VIDEO'])),
  ),
  imageConfig: beta(message('ImageConfig', { aspectRatio: text, imageSize: text })),
  thinkingConfig: message('ThinkingConfig', {
    includeThoughts: flag,
    thinkingBudget: integer,
    thinkingLevel: choice('ThinkingConfig.ThinkingLevel', [
      'THINKING_LEVEL_UNSPECIFIED',
      'LOW',
      'MEDIUM',
      'HIGH',
      'MINIMAL',
    ]),
  }),
});

const safetySetting = message('SafetySetting', {
  category: choice('HarmCategory', [
    'HARM_CATEGORY_UNSPECIFIED',
    'HARM_CATEGORY_DEROGATORY',
    'HARM_CATEGORY_TOXICITY',
    'HARM_CATEGORY_VIOLENCE',
    'HARM_CATEGORY_SEXUAL',
    'HARM_CATEGORY_MEDICAL',
    'HARM_CATEGORY_DANGEROUS',
    'HARM_CATEGORY_HARASSMENT',
    'HARM_CATEGORY_HATE_SPEECH',
    'HARM_CATEGORY_SEXUALLY_EXPLICIT',
    'HARM_CATEGORY_DANGEROUS_CONTENT',
    'HARM_CATEGORY_CIVIC_INTEGRITY',
  ]),
  threshold: choice('SafetySetting.HarmBlockThreshold', [
    'HARM_BLOCK_THRESHOLD_UNSPECIFIED',
    'BLOCK_LOW_AND_ABOVE',
    'BLOCK_MEDIUM_AND_ABOVE',
    'BLOCK_ONLY_HIGH',
    'BLOCK_NONE',
    'OFF',
  ]),
});

const tool = message('Tool', {
  googleSearch: message('GoogleSearch', {
    timeRangeFilter: anything,
    searchTypes: message('SearchTypes', { webSearch: anything, imageSearch: anything }),
  }),
  functionDeclarations: anything,
  googleSearchRetrieval: anything,
  codeExecution: anything,
  urlContext: anything,
  computerUse: anything,
  googleMaps: anything,
  fileSearch: anything,
  mcpServers: anything,
});

const fields = {
  model: text,
  contents: list(content),
  systemInstruction: content,
  generationConfig,
  safetySettings: list(safetySetting),
  tools: list(tool),
  toolConfig: anything,
  cachedContent: text,
  serviceTier: choice('ServiceTier', ['unspecified', 'standard', 'flex', 'priority']),
  store: flag,
  labels: anything,
  continuationToken: text,
};

export const generateRequest = message('GenerateContentRequest', fields);
export type GenerateRequest = Read<typeof generateRequest>;
export type Content = Read<typeof content>;
export type Part = Read<typeof part>;

export const countRequest = message('CountTokensRequest', {
  contents: list(content),
  generateContentRequest: generateRequest,
});

export const predictRequest = message('PredictRequest', { instances: anything, parameters: anything });

export const batchRequest = message('BatchGenerateContentRequest', {
  batch: message('GenerateContentBatch', {
    model: text,
    name: text,
    displayName: text,
    priority: integer,
    webhookConfig: anything,
    inputConfig: message('InputConfig', {
      fileName: text,
      requests: message('InlinedRequests', {
        requests: list(message('InlinedRequest', { request: generateRequest, metadata: anything })),
      }),
    }),
  }),
});

export const uploadRequest = message('CreateFileRequest', {
  file: message('File', { name: text, displayName: text, mimeType: text, sizeBytes: integer }),
});
