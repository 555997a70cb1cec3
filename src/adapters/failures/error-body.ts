import { z } from 'zod';
import { isRpcStatus } from '../../core/policy/rpc.ts';
import { list, maybe, tally, word } from '../lenient.ts';

export interface Violation {
  readonly quotaId: string;
  /** null where the field is left out, which is how Google's JSON writes zero. */
  readonly limit: number | null;
}

/** What an error says, however it was wrapped. */
export interface ErrorBody {
  /** It is an error of some API, and not a page of something in between. */
  readonly isApi: boolean;
  /** It is in Google's own form: a number for its code, and a status of google.rpc. */
  readonly google: boolean;
  /** What an API of another form calls it: insufficient_user_quota and the like. */
  readonly kinds: readonly string[];
  /** RESOURCE_EXHAUSTED and the like; empty where it is not stated. */
  readonly status: string;
  readonly message: string;
  /** API_KEY_INVALID and the like. */
  readonly reasons: readonly string[];
  readonly violations: readonly Violation[];
  /** Of google.rpc.RetryInfo: "48s"; empty where it is not stated. */
  readonly retryDelay: string;
  /** Where the error says help is to be found. */
  readonly link: string | null;
}

const Detail = z.object({
  reason: word,
  retryDelay: word,
  violations: list(z.object({ quotaId: word, quotaMetric: word, quotaValue: maybe(tally) })),
  links: list(z.object({ url: z.string() })),
});

const Wrapped = z.object({
  error: z.object({
    message: word,
    code: maybe(z.unknown()),
    type: maybe(z.unknown()),
    status: maybe(z.unknown()),
    details: list(Detail),
  }),
});

/** Cut to what patterns may look at: an error is a few hundred characters, and a stranger may send a megabyte. */
export function readError(text: string): ErrorBody {
  const { isApi, google, kinds, status, message, reasons, violations, retryDelay, link } = found(text);
  const names = (all: readonly string[]): readonly string[] =>
    all.slice(0, MOST).map((name) => name.slice(0, NAME));
  return {
    isApi,
    google,
    kinds: names(kinds),
    status: status.slice(0, NAME),
    message: message.slice(0, MESSAGE),
    reasons: names(reasons),
    violations: violations
      .slice(0, MOST)
      .map(({ quotaId, limit }) => ({ quotaId: quotaId.slice(0, NAME), limit })),
    retryDelay: retryDelay.slice(0, NAME),
    link: link !== null && link.length > MESSAGE ? null : link,
  };
}

const MESSAGE = 4_000;
const NAME = 200;
const MOST = 50;

function found(text: string): ErrorBody {
  const error = unwrapped(text, 3);
  if (!error) return gleaned(text);
  const { details, message, code, type, status } = error;
  return {
    isApi: true,
    google: typeof code === 'number' && isRpcStatus(status),
    kinds: [type, code].filter((kind) => typeof kind === 'string'),
    status: typeof status === 'string' ? status : '',
    message: message ?? '',
    reasons: details.flatMap(({ reason }) => reason ?? []),
    violations: details.flatMap(({ violations }) =>
      violations.map(({ quotaId, quotaMetric, quotaValue }) => ({
        quotaId: `${quotaId ?? ''} ${quotaMetric ?? ''}`.trim(),
        limit: quotaValue ?? null,
      })),
    ),
    retryDelay: details.map(({ retryDelay }) => retryDelay).find((delay) => delay) ?? '',
    link:
      details.flatMap(({ links }) => links.map(({ url }) => url)).find((url) => url.startsWith('https://')) ??
      null,
  };
}

/** Errors come in arrays, with raw line breaks in strings, and once more as JSON inside their own message. */
function unwrapped(text: string, depth: number): z.infer<typeof Wrapped>['error'] | null {
  const json = parsed(text);
  const { data } = Wrapped.safeParse(Array.isArray(json) ? json[0] : json);
  if (!data) return null;
  const inner = depth > 0 && data.error.message?.trimStart().startsWith('{');
  return (inner && unwrapped(data.error.message ?? '', depth - 1)) || data.error;
}

function parsed(text: string): unknown {
  for (const attempt of [text, text.replaceAll(/\p{Cc}/gu, ' ')]) {
    try {
      return JSON.parse(attempt);
    } catch {
      continue;
    }
  }
  return null;
}

// A page of a proxy may be a megabyte; what matters stands at its start.
const LOOKED_AT = 20_000;

/** What can be picked out of a text that is no JSON: cut short, or a page of a proxy. */
function gleaned(whole: string): ErrorBody {
  const text = whole.slice(0, LOOKED_AT);
  const all = (pattern: RegExp): string[] => Array.from(text.matchAll(pattern), ([, found = '']) => found);
  const [status = ''] = all(/"status"\s*:\s*"([A-Z_]+)"/g);
  const [message] = all(/"message"\s*:\s*"((?:[^"\\]|\\.)*)/g);
  return {
    isApi: status !== '',
    google: isRpcStatus(status) && /"code"\s*:\s*\d/.test(text),
    kinds: all(/"(?:type|code)"\s*:\s*"([\w-]+)"/g),
    status,
    message: message ?? withoutTags(text),
    reasons: all(/"reason"\s*:\s*"([A-Z_]+)"/g),
    violations: all(/"quotaId"\s*:\s*"([\w-]+)/g).map((quotaId) => ({ quotaId, limit: Number.NaN })),
    retryDelay: all(/"retryDelay"\s*:\s*"([\d.]+s)"/g)[0] ?? '',
    link: null,
  };
}

const withoutTags = (text: string): string =>
  text
    .replaceAll(/<(style|script)[\s\S]*?<\/\1>/gi, ' ')
    .replaceAll(/<[^<>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
