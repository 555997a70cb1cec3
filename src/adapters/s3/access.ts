import { Failure } from '../../core/errors.ts';

/** Where buckets are, and who asks for what is in them. */
export interface Access {
  /** Address of the service; the names of buckets are the first part of its paths. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** As the environment says it with the names that all tools for S3 share. Failure `auth` where it does not. */
export function accessFrom(env: Readonly<Record<string, string | undefined>>): Access {
  const value = (name: string): string => {
    const text = env[name]?.trim() ?? '';
    if (/^[\x21-\x7e]*$/.test(text)) return text;
    throw new Failure('usage', `${name} has a character in it that it cannot have.`, {
      hint: 'Copy it again: it is letters, digits and signs of ASCII.',
    });
  };
  const required = (name: string): string => {
    if (value(name) !== '') return value(name);
    throw new Failure('auth', `s3:// needs ${name}, which is not set.`, {
      hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; AWS_REGION, AWS_SESSION_TOKEN and AWS_ENDPOINT_URL where the bucket needs them.',
    });
  };
  const sessionToken = value('AWS_SESSION_TOKEN');
  const region = value('AWS_REGION') || value('AWS_DEFAULT_REGION') || 'us-east-1';
  return {
    endpoint: endpointIn(value('AWS_ENDPOINT_URL_S3') || value('AWS_ENDPOINT_URL'), region),
    region,
    accessKeyId: required('AWS_ACCESS_KEY_ID'),
    secretAccessKey: required('AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken && { sessionToken }),
  };
}

function endpointIn(text: string, region: string): string {
  if (text === '') return `https://s3.${region}.amazonaws.com`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search)
    return text.replace(/\/+$/, '');
  throw new Failure('usage', 'AWS_ENDPOINT_URL is no address of a service.', {
    hint: 'Write it as AWS_ENDPOINT_URL=https://host:port.',
  });
}
