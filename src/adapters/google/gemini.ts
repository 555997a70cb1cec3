import type { Content, GenerateContentConfig, Part } from '@google/genai/web';
import type * as Sdk from '@google/genai/web';
import type { Lane, ThinkingLevel } from '../../core/catalogue/model.ts';
import { Failure } from '../../core/errors.ts';
import type { InputImage, Order, Turn } from '../../core/order/order.ts';
import type { Carry } from '../http/fetch.ts';
import { KEY_STAND_IN } from '../http/guard.ts';

/**
 * Composes a generateContent request with Google's SDK and gives it to `carry` in place of the network.
 *
 * The SDK sees no answer, because its own reading drops fields and errors, and gets a stand-in for the key, which the
 * guard takes out again. Its web entry reads no environment, so none can redirect or re-bill.
 */
export async function composeGemini(order: Order, baseUrl: string, carry: Carry): Promise<void> {
  const sdk = await import('@google/genai/web');
  const client = new sdk.GoogleGenAI({
    apiKey: KEY_STAND_IN,
    vertexai: false,
    // Version v1 does not know responseModalities and imageConfig.
    apiVersion: 'v1beta',
    httpOptions: {
      baseUrl,
      fetch: async (url, init) => {
        const headers = namedIn(init?.headers);
        const body = typeof init?.body === 'string' ? init.body : null;
        await carry({ method: 'POST', url: String(url), headers, body });
        throw CARRIED;
      },
    },
  });
  try {
    await client.models.generateContent({
      model: order.model.id,
      contents: [...(order.history ?? []).flatMap(contentsOf), { role: 'user', parts: parts(order) }],
      config: config(order, sdk),
    });
  } catch (error) {
    if (error !== CARRIED) throw error;
  }
}

/** Ends the SDK's work once the request is carried. */
const CARRIED = new Error('carried');

/** The SDK gives an iterable of names and values. To ask for the platform's own class would load all of its fetch. */
function namedIn(headers: RequestInit['headers']): Record<string, string> {
  const pairs = headers !== undefined && Symbol.iterator in headers ? Array.from(headers) : [];
  return Object.fromEntries(pairs.map(([name, value]) => [String(name), String(value)]));
}

/** The model's own turn goes back as it came: the SDK passes on fields that it does not know. */
const contentsOf = (turn: Turn): Content[] => [
  { role: 'user', parts: parts(turn) },
  { role: 'model', parts: turn.answer.filter(isPart) },
];

const isPart = (part: unknown): part is Part => typeof part === 'object' && part !== null;

function parts({ prompt, inputs }: Pick<Order, 'prompt' | 'inputs'>): Part[] {
  return [{ text: prompt }, ...inputs.map(pictured)];
}

const pictured = ({ mimeType, bytes, uri }: InputImage): Part =>
  uri === undefined
    ? {
        inlineData: {
          mimeType,
          data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
        },
      }
    : { fileData: { mimeType, fileUri: uri } };

function config(
  { model, size, aspect, thinking, lane, search }: Order,
  sdk: typeof Sdk,
): GenerateContentConfig {
  const imageConfig = {
    ...(aspect && { aspectRatio: aspect }),
    ...(model.sendsSize && { imageSize: size }),
  };
  const tier = TIER[lane];
  return {
    // The SDK continues by default, and every continuation is one more paid request.
    automaticContinuation: false,
    responseModalities: [sdk.Modality.IMAGE],
    ...(Object.keys(imageConfig).length > 0 && { imageConfig }),
    ...(thinking && { thinkingConfig: { thinkingLevel: sdk.ThinkingLevel[LEVEL[thinking]] } }),
    ...(search && { tools: [{ googleSearch: {} }] }),
    ...(tier && { serviceTier: sdk.ServiceTier[tier()] }),
  };
}

const LEVEL = {
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
} as const satisfies Record<ThinkingLevel, string>;

const TIER: Record<Lane, null | (() => 'FLEX' | 'PRIORITY')> = {
  now: null,
  flex: () => 'FLEX',
  priority: () => 'PRIORITY',
  batch: () => {
    throw new Failure('bug', 'A batch order was about to be sent at the standard price.');
  },
};
