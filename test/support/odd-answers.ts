import { PIXEL } from './answers.ts';

// Every form of a picture × every report of usage × everything that may be wrapped around an answer.

const DATA = PIXEL.toString('base64');
export const DATA_URL = `data:image/png;base64,${DATA}`;

type Counts = Readonly<Record<string, unknown>> | undefined;
/** Writes an answer that reports this usage, if any. */
type Form = (usage: Counts) => object;

const google =
  (...parts: readonly object[]): Form =>
  (usageMetadata) => ({ candidates: [{ content: { parts }, finishReason: 'STOP' }], usageMetadata });

/** A chat completion, with its counts under other names. */
const chat =
  (message: object): Form =>
  (usage) => ({
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: '', ...message } }],
    ...(usage && { usage: chatCounts(usage) }),
  });

const CHAT_NAMES: Readonly<Record<string, string>> = {
  promptTokenCount: 'prompt_tokens',
  candidatesTokenCount: 'completion_tokens',
  totalTokenCount: 'total_tokens',
};

const chatCounts = (usage: object) => ({
  ...Object.fromEntries(
    Object.entries(usage).flatMap(([name, count]) => {
      const own = CHAT_NAMES[name];
      return own === undefined ? [] : [[own, count]];
    }),
  ),
  ...('candidatesTokensDetails' in usage && { completion_tokens_details: { image_tokens: 1120 } }),
});

const inline = (mimeType: string, data = DATA) => ({ inlineData: { mimeType, data } });
const images = (...urls: readonly string[]) => ({
  images: urls.map((url) => ({ type: 'image_url', image_url: { url } })),
});

export const FORMS: Readonly<Record<string, Form>> = {
  'as Google sends it': google(inline('image/png')),
  'in snake_case': google({ inline_data: { mime_type: 'image/png', data: DATA } }),
  'in both cases': google({ inline_data: { mimeType: 'image/png', data: DATA } }),
  'of nonsense type': google(inline('application/octet-stream')),
  'as a data URL in its data': google(inline('image/jpeg', DATA_URL)),
  'in Markdown': google({ text: `Here: ![image](${DATA_URL}) Done.` }),
  'in HTML': google({ text: `<p><img alt="" src="${DATA_URL}"></p>` }),
  'as a bare data URL': google({ text: DATA_URL }),
  'as bare base64': google({ text: DATA }),
  'over several texts': google(
    { text: `![image](${DATA_URL.slice(0, 50)}` },
    { text: `${DATA_URL.slice(50)})` },
  ),
  'in a completion': chat(images(DATA_URL)),
  'of nonsense type in a completion': chat(images(`data:application/octet-stream;base64,${DATA}`)),
  'in Markdown in a completion': chat({ content: `![image](${DATA_URL})` }),
  'in a list in a completion': chat({
    content: [
      { type: 'text', text: 'Here.' },
      { type: 'image_url', image_url: { url: DATA_URL } },
    ],
  }),
};

const COUNTS = { promptTokenCount: 9, candidatesTokenCount: 1500, totalTokenCount: 1509 };

/** `whole` alone says what was used; the others say nothing that a bill can be made of. */
export const USAGES: Readonly<Record<string, Counts>> = {
  whole: { ...COUNTS, candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }] },
  none: undefined,
  zeros: { promptTokenCount: 0, candidatesTokenCount: 0, totalTokenCount: 0 },
  'the prompt alone': { promptTokenCount: 9 },
  'a total of 0': { ...COUNTS, totalTokenCount: 0 },
  'a total of 0 alone': { promptTokenCount: 9, totalTokenCount: 0 },
  'too little': { promptTokenCount: 9, candidatesTokenCount: 1, totalTokenCount: 10 },
  negative: { ...COUNTS, candidatesTokenCount: -5 },
  fractional: { ...COUNTS, candidatesTokenCount: 0.5 },
  'beyond the model': { promptTokenCount: 9, candidatesTokenCount: 1e15, totalTokenCount: 1e15 + 9 },
  'beyond 2^53': { ...COUNTS, candidatesTokenCount: 2 ** 60 },
};

export const WRAPPERS: Readonly<Record<string, (answer: object) => string>> = {
  nothing: (answer) => JSON.stringify(answer),
  response: (response) => JSON.stringify({ response }),
  'data and code': (data) => JSON.stringify({ code: 0, data }),
  result: (result) => JSON.stringify({ result: { result } }),
  'an array': (answer) => JSON.stringify([answer]),
  events: (answer) => `data: ${JSON.stringify(answer)}\n\ndata: [DONE]\n\n`,
  'a prefix': (answer) => `)]}'\n${JSON.stringify(answer)}`,
};

export interface OddAnswer {
  readonly form: string;
  readonly usage: string;
  readonly wrapper: string;
  readonly body: string;
}

/** Each of them brings one picture, PIXEL. */
export const ODD_ANSWERS: readonly OddAnswer[] = Object.entries(FORMS).flatMap(([form, write]) =>
  Object.entries(USAGES).flatMap(([usage, counts]) =>
    Object.entries(WRAPPERS).map(([wrapper, wrap]) => ({ form, usage, wrapper, body: wrap(write(counts)) })),
  ),
);
