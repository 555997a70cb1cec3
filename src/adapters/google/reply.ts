import type { Order } from '../../core/order/order.ts';
import { Failure } from '../../core/errors.ts';
import { UNREAD, type Refusal, type Reply, type ReplyImage } from '../../core/order/reply.ts';
import { printable } from '../../core/text/text.ts';
import type { Provider } from '../../ports/index.ts';
import { contentOf, withoutBase64, type Content } from '../answers/content.ts';
import { documentsIn } from '../answers/documents.ts';
import { imageKind } from '../images/sniff.ts';
import { answersIn } from '../answers/wrappers.ts';
import { factsIn, type Facts } from './candidate.ts';
import { inGoogleWords } from './choices.ts';
import { filteredIn } from './imagen.ts';

type Reader = Pick<Provider, 'title' | 'advice' | 'credentials'>;

// An answer to a purchase has at least one of these fields.
const TELLING: ReadonlySet<string> = new Set([
  'candidates',
  'promptFeedback',
  'prompt_feedback',
  'usageMetadata',
  'usage_metadata',
  'predictions',
  'choices',
]);

/**
 * Reads the body of a good answer, whether it has just arrived or comes out of the journal, in whatever form it came.
 * Throws Failure `unconfirmed` when the body makes no sense: it may have been paid for.
 */
export function readReply(body: Uint8Array, wire: Order['model']['wire'], provider: Reader): Reply {
  const { clean } = provider.credentials;
  const reply = replyIn(body, wire);
  if (reply === null) throw senseless(body, provider);
  const say = (text: string): string => printable(withoutBase64(clean(text)));
  return {
    ...reply,
    text: reply.text === null ? null : clean(reply.text),
    refusals: reply.refusals.map(({ reason, message }) => ({ reason: say(reason), message: say(message) })),
  };
}

/** null when it makes no sense as an answer. */
export function replyIn(body: Uint8Array, wire: Order['model']['wire']): Reply | null {
  const { values, cut } = documentsIn(body);
  const content = contentOf(values, cut);
  const isBare = content.pictures.length + content.unread.length + content.links.length === 0;
  // Of what is cut off, or is no JSON at all, nothing but a picture is believed.
  const isDoubtful = cut || values.every((value) => typeof value === 'string');
  if (isDoubtful && content.pictures.length + (cut ? 0 : content.links.length) === 0) return null;
  if (isBare && (values.some(saysError) || !saysAnything(values, wire))) return null;
  const answers = values.flatMap((value) => answersIn(value, TELLING));
  return wire === 'predict'
    ? predicted(content, answers)
    : generated(content, factsIn(answers.map(inGoogleWords)), cut);
}

function saysError(value: unknown): boolean {
  const only: unknown = Array.isArray(value) ? value[0] : value;
  return typeof only === 'object' && only !== null && 'error' in only && Boolean(only.error);
}

/** Imagen answers `{}` when it has filtered every picture. */
const saysAnything = (values: readonly unknown[], wire: Order['model']['wire']): boolean =>
  values.some((value) =>
    wire === 'predict'
      ? typeof value === 'object' && value !== null && !Array.isArray(value)
      : answersIn(value, TELLING).length > 0,
  );

function predicted(content: Content, answers: readonly object[]): Reply {
  const { pictures, links } = content;
  const refusals = [...filteredIn(answers), ...unreadBeside(pictures, content, links).map(unreadOf)];
  return {
    images: pictures,
    extras: [],
    refusals: pictures.length + refusals.length > 0 ? refusals : [{ reason: 'NO_IMAGE', message: '' }],
    text: null,
    usage: null,
    ...(pictures.length === 0 && links.length > 0 && { links }),
    searches: 0,
    modelVersion: null,
    responseId: null,
  };
}

/** One picture was asked for: the last that came. */
function generated(content: Content, facts: Facts, cut: boolean): Reply {
  const { words, links } = content;
  const pictures = content.pictures.filter(({ bytes }, index) =>
    isLast(bytes, content.pictures.slice(index + 1)),
  );
  const { usage, problem } = cut ? { usage: null, problem: null } : facts.usage;
  const unread = unreadBeside(pictures, content, links);
  const tokens = usage?.imageOutput ?? 0;
  const isMissing = pictures.length + unread.length === 0 && facts.refusal === null && tokens > 0;
  if (isMissing) unread.push(`its usage counts ${tokens} image tokens, and no picture is there`);
  const refusal = facts.refusal ?? (unread.length > 0 ? null : { reason: 'NO_IMAGE', message: '' });
  return {
    images: pictures.slice(-1),
    extras: pictures.slice(0, -1),
    refusals: [...(pictures.length > 0 || refusal === null ? [] : [refusal]), ...unread.map(unreadOf)],
    text: words === '' ? null : words.slice(0, MOST_WORDS),
    usage,
    ...(facts.stated !== null && !cut && { stated: facts.stated }),
    ...(problem !== null && { usageProblem: problem }),
    ...(pictures.length === 0 && links.length > 0 && { links }),
    searches: facts.searches,
    parts: partsOf(content, facts),
    modelVersion: facts.modelVersion,
    responseId: facts.responseId,
  };
}

/** Beside a picture, nothing matters but another one: opaque fields that nobody knows are no reason to doubt it. */
const unreadBeside = (
  pictures: readonly ReplyImage[],
  { unread }: Content,
  links: readonly string[],
): (string | null)[] =>
  pictures.length > 0 ? unread.filter((what) => what === null) : [...unread, ...links.map(elsewhere)];

/** The same picture may be there in two forms. */
const isLast = (bytes: Uint8Array, later: readonly ReplyImage[]): boolean =>
  !later.some((other) => Buffer.compare(bytes, other.bytes) === 0);

const unreadOf = (what: string | null): Refusal =>
  what === null ? { reason: UNREAD.picture, message: '' } : { reason: UNREAD.other, message: what };

const elsewhere = (url: string): string => `the picture is at ${url}`;

/** What the next turn sends back. A picture that came inside of a text goes back as a picture. */
function partsOf({ pictures, words, isText }: Content, { parts }: Facts): readonly unknown[] {
  if (!isText && parts.length > 0) return parts;
  const inline = pictures.map(({ bytes }) => ({
    inlineData: {
      mimeType: `image/${imageKind(bytes) ?? 'png'}`,
      data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
    },
  }));
  return [...(words === '' ? [] : [{ text: words }]), ...inline];
}

/** Longer than anything that a model writes beside a picture. */
const MOST_WORDS = 2 ** 20;

const SHOWN = 2_000;
// Longer than any key, so that cutting the text cannot leave half a key in it.
const MARGIN = 1_000;

function senseless(body: Uint8Array, { title, advice, credentials }: Reader): Failure {
  const start = new TextDecoder().decode(body.subarray(0, SHOWN + MARGIN));
  return new Failure(
    'unconfirmed',
    `${title} answered, but the answer makes no sense; it may have been charged.`,
    {
      hint: advice.spending,
      detail: `${body.byteLength} bytes: ${printable(withoutBase64(credentials.clean(start).slice(0, SHOWN)))}`,
    },
  );
}
