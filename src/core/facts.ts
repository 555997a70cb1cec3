/** What a picture can carry inside about its purchase. */
export interface PictureFacts {
  readonly prompt: string;
  readonly model: string;
  /** Decimal dollars for the request that brought it; null where nobody knows. */
  readonly cost: string | null;
  readonly runId: string;
  readonly attemptId: string;
}

const NAMESPACE = 'https://pixtab.dev/xmp/1/';
const FIELDS = ['prompt', 'model', 'cost', 'runId', 'attemptId'] as const;

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
  const [prompt = null, model = null, cost = null, runId = null, attemptId = null] = FIELDS.map(read);
  if (prompt === null || model === null || runId === null || attemptId === null) return null;
  return { prompt, model, cost, runId, attemptId };
}

// What XML cannot hold is dropped; tabs and line ends would become spaces in an attribute, so they are written as numbers.
const IMPOSSIBLE = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu;

const escaped = (text: string): string =>
  text.replace(IMPOSSIBLE, '').replace(/[&<>"'\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`);

const unescaped = (text: string): string =>
  text.replace(/&#(\d{1,5});/g, (_, code: string) => String.fromCharCode(Number(code)));
