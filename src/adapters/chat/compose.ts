import { Failure } from '../../core/errors.ts';
import type { InputImage, Order, Turn } from '../../core/order/order.ts';
import type { Provider } from '../../ports/index.ts';
import { contentOf } from '../answers/content.ts';
import type { WireRequest } from '../http/fetch.ts';

/** One part of a message. */
type Content =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: readonly Content[] | string;
}

/**
 * Writes an order as a chat completion that answers with a picture:
 * https://openrouter.ai/docs/guides/overview/multimodal/image-generation and
 * https://vercel.com/docs/ai-gateway/sdks-and-apis/openai-chat-completions/image-generation, checked 2026-11-26.
 */
export function composeChat(
  order: Order,
  { baseUrl, modelPrefix }: Pick<Provider, 'baseUrl' | 'modelPrefix'>,
): WireRequest {
  const { model, size, aspect, thinking, lane } = order;
  if (lane !== 'now')
    throw new Failure('bug', `Lane ${lane} cannot be asked for in a chat completion.`, { charged: 'no' });
  const image = {
    ...(aspect && { aspect_ratio: aspect }),
    ...(model.sendsSize && { image_size: size }),
  };
  const body = {
    model: `${modelPrefix}${model.id}`,
    messages: messagesOf(order),
    modalities: ['image', 'text'],
    ...(Object.keys(image).length > 0 && { image_config: image }),
    ...(thinking && { reasoning: { effort: thinking } }),
    // Without it, no cost is stated.
    usage: { include: true },
    stream: false,
  };
  const headers = { 'content-type': 'application/json' };
  return { method: 'POST', url: `${baseUrl}/chat/completions`, headers, body: JSON.stringify(body) };
}

/**
 * The turns in their order. A picture that the model made goes along with what is said next, because an assistant's
 * message cannot carry one everywhere.
 */
function messagesOf({ history = [], prompt, inputs }: Order): readonly Message[] {
  const messages: Message[] = [];
  let made: readonly Content[] = [];
  for (const turn of history) {
    messages.push({ role: 'user', content: [...made, ...shownIn(turn)] });
    const { words, pictures } = contentOf([{ parts: turn.answer }], false);
    messages.push({ role: 'assistant', content: words === '' ? 'Here is the picture.' : words });
    made = pictures.map(pictured);
  }
  return [...messages, { role: 'user', content: [...made, ...shownIn({ prompt, inputs })] }];
}

const shownIn = ({ prompt, inputs }: Pick<Turn, 'prompt' | 'inputs'>): readonly Content[] => [
  { type: 'text', text: prompt },
  ...inputs.map(pictured),
];

function pictured({ mimeType, bytes }: Pick<InputImage, 'mimeType' | 'bytes'>): Content {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return { type: 'image_url', image_url: { url: `data:${mimeType || 'image/png'};base64,${data}` } };
}
