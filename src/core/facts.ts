/** What a picture can carry inside about its purchase. */
export interface PictureFacts {
  readonly prompt: string;
  readonly model: string;
  /** Decimal dollars for the request that brought it; null where nobody knows. */
  readonly cost: string | null;
  readonly runId: string;
  readonly attemptId: string;
  /** ISO 8601. */
  readonly at: string;
}

const NAMESPACE = 'https://pixtab.dev/xmp/1/';
const FIELDS = ['prompt', 'model', 'cost', 'runId', 'attemptId', 'at'] as const;

/** A JPEG holds 64 kB of XMP, and XML may need six characters for one. */
const LONGEST_PROMPT = 8_000;

/** The facts as XMP; beside what the packet that is there already says. */
export function xmpWith(facts: PictureFacts, existing: string | null): string {
  const at = existing?.lastIndexOf('</rdf:RDF>') ?? -1;
  if (existing === null || at < 0) return packet(description(facts));
  return `${existing.slice(0, at)}${description(facts)}${existing.slice(at)}`;
}

function description(facts: PictureFacts): string {
  const prompt = facts.prompt.length > LONGEST_PROMPT ? `${cut(facts.prompt)}…` : facts.prompt;
  const values = { ...facts, prompt };
  const attributes = FIELDS.flatMap((field) => {
    const value = values[field];
    return value === null ? [] : [` pixtab:${field}="${escaped(value)}"`];
  }).join('');
  return `<rdf:Description rdf:about="" xmlns:pixtab="${NAMESPACE}"${attributes}/>`;
}

/** Never between the halves of a character. */
const cut = (text: string): string => text.slice(0, LONGEST_PROMPT).replace(/[\uD800-\uDBFF]$/, '');

const packet = (inner: string): string =>
  `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${inner}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

/** The facts in a packet; null when there are none. The last ones count. */
export function factsIn(xmp: string): PictureFacts | null {
  const start = xmp.lastIndexOf(`xmlns:pixtab="${NAMESPACE}"`);
  if (start < 0) return null;
  const element = xmp.slice(start, xmp.indexOf('>', start));
  const read = (field: (typeof FIELDS)[number]): string | null => {
    const [, value] = new RegExp(` pixtab:${field}="([^"]*)"`).exec(element) ?? [];
    return value === undefined ? null : unescaped(value);
  };
  const [prompt, model, cost, runId, attemptId, at] = FIELDS.map(read);
  if (prompt == null || model == null || runId == null || attemptId == null || at == null) return null;
  return { prompt, model, cost: cost ?? null, runId, attemptId, at };
}

// Control characters that XML cannot hold at all are dropped; the others would be folded into spaces in an attribute.
// oxlint-disable-next-line no-control-regex -- they are the point.
const IMPOSSIBLE =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

const escaped = (text: string): string =>
  text.replace(IMPOSSIBLE, '').replace(/[&<>"'\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`);

const unescaped = (text: string): string =>
  text.replace(/&#(\d{1,5});/g, (_, code: string) => String.fromCharCode(Number(code)));
