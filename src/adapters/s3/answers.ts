import { Failure } from '../../core/errors.ts';
import { printable } from '../../core/text/text.ts';

// The few elements that are read are never nested, and nothing in them is but text.
function textsIn(body: Uint8Array, element: string): readonly string[] {
  const xml = new TextDecoder().decode(body);
  const found = xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'));
  return [...found].map(([, text = '']) => unescaped(text));
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi,
    (whole, hex?: string, decimal?: string, name = '') => {
      const code = hex ? parseInt(hex, 16) : decimal ? Number(decimal) : null;
      if (code === null) return ENTITIES[name] ?? whole;
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );

/** A page of a listing; `next` is null on the last. Services that do not know the encoding of a URL send keys as they are. */
export function listingIn(body: Uint8Array): {
  readonly keys: readonly string[];
  readonly next: string | null;
} {
  const isEncoded = textsIn(body, 'EncodingType')[0] === 'url';
  const keys = textsIn(body, 'Key').map((key) => (isEncoded ? decoded(key) : key));
  const isCut = textsIn(body, 'IsTruncated')[0] === 'true';
  return { keys, next: isCut ? (textsIn(body, 'NextContinuationToken')[0] ?? null) : null };
}

/** As it stands where it is not encoded as it was said to be. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}

export function uploadIdIn(body: Uint8Array, bucket: string): string {
  const [id] = textsIn(body, 'UploadId');
  if (id) return id;
  throw new Failure('unavailable', `The bucket ${bucket} did not answer as S3 does.`, { charged: 'no' });
}

/** Codes of S3 that say whose fault it was: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (checked 2026-11-27). */
const MAY_LACK =
  'The key may need s3:GetObject, s3:PutObject, s3:DeleteObject, s3:ListBucket and s3:AbortMultipartUpload.';
/** What the service says of a request whose time is not its own. */
export const SKEWED = 'RequestTimeTooSkewed';

const HINTS: Readonly<Record<string, string>> = {
  AccessDenied: MAY_LACK,
  InvalidAccessKeyId: 'Look at AWS_ACCESS_KEY_ID and AWS_ENDPOINT_URL.',
  SignatureDoesNotMatch: 'Look at AWS_SECRET_ACCESS_KEY and AWS_REGION.',
  ExpiredToken: 'AWS_SESSION_TOKEN has ended; get another.',
  [SKEWED]: 'Set the clock of this machine.',
  NoSuchBucket: 'Make the bucket first, or look at AWS_ENDPOINT_URL.',
};

export function errorIn(
  { status, body }: { readonly status: number; readonly body: Uint8Array },
  headers: Headers,
  bucket: string,
): Failure {
  const code = textsIn(body, 'Code')[0] ?? '';
  const said = [code, textsIn(body, 'Message')[0] ?? ''].filter((text) => text !== '').join(': ');
  const region = headers.get('x-amz-bucket-region');
  const isElsewhere = status === 301 || status === 307 || code === 'AuthorizationHeaderMalformed';
  const message = `The bucket ${bucket} answered ${status}${said === '' ? '' : ` (${printable(said)})`}.`;
  const hint =
    region && isElsewhere
      ? `Set AWS_REGION=${printable(region)}.`
      : (HINTS[code] ?? (status === 403 ? MAY_LACK : undefined));
  const isPassing = status >= 500 || status === 429 || status === 408 || code === 'RequestTimeout';
  const kind = isPassing ? 'unavailable' : status === 401 || status === 403 ? 'auth' : 'usage';
  return new Failure(kind, message, { charged: 'no', repeat: isPassing, ...(hint && { hint }) });
}
