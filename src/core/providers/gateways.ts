import type { Cited } from '../catalogue/model.ts';
import type { OverlayPrice } from '../catalogue/overlay.ts';
import { usd } from '../pricing/money.ts';
import { GOOGLE } from './google.ts';
import type { Advice, Capabilities, OwnPrices, Profile } from './profile.ts';

/** Pages of a gateway that messages point to; what is left out is not pointed to. */
export interface Links {
  readonly key?: string | undefined;
  readonly billing?: string | undefined;
  readonly spending?: string | undefined;
  readonly limits?: string | undefined;
}

/** A gateway that pixtab knows, and who says what it knows. */
export interface Gateway extends Profile {
  readonly cited: Cited;
}

const linked = (sentence: string, link: string | undefined): string =>
  link === undefined ? `${sentence}.` : `${sentence}: ${link}`;

/** What to do about a gateway: its name and its pages in place of Google's. */
export function adviceOf(title: string, key: Pick<Profile['key'], 'variables'>, links: Links): Advice {
  const [variable] = key.variables;
  const set = variable === undefined ? 'Give its key with --api-key-file' : `Set ${variable}`;
  return {
    noKey: linked(`${set} to a key of ${title}, or try it with --sandbox`, links.key),
    key: linked(`Make or check a key at ${title}`, links.key),
    billing: linked(`Look at the account at ${title}`, links.billing),
    spending: linked(`Look at the spending at ${title} before you ask again`, links.spending),
    spendingCap: linked(`Raise the cap at ${title}, or wait for its end`, links.spending ?? links.billing),
    limits: linked(`See your limits at ${title}`, links.limits),
    region: linked(`Ask ${title} where it can be used`, links.limits),
  };
}

interface Facts extends Pick<Profile, 'name' | 'title' | 'address'> {
  readonly cited: Cited;
  readonly links: Links;
  readonly variables: readonly string[];
}

/** Nothing but pictures, one request at a time. */
const PICTURES_ALONE: Capabilities = { ...GOOGLE.can, files: false, batch: false, predict: false };

function gateway(
  base: Omit<Profile, keyof Facts | 'advice' | 'billedByGoogle'>,
  { variables, links, cited, ...named }: Facts,
): Gateway {
  const key = { ...base.key, variables };
  return { ...base, ...named, cited, key, billedByGoogle: false, advice: adviceOf(named.title, key, links) };
}

const high = (source: string): Cited => ({ source, checked: '2026-11-26', confidence: 'high' });
const medium = (source: string): Cited => ({ source, checked: '2026-11-26', confidence: 'medium' });

/**
 * Relays that run new-api, which maps the key of either header. Files answer "Invalid URL":
 * https://github.com/QuantumNous/new-api/issues/2078, checked 2026-11-26. Its errors are its own.
 */
const NEW_API = {
  ...GOOGLE,
  key: { ...GOOGLE.key, header: 'bearer' },
  can: PICTURES_ALONE,
  speaksForGoogle: false,
  charges: { refusals: 'charged' },
} as const satisfies Profile;

/** LaoZhang advises 360 s, and 600 s for 4K or many pictures: the longer one loses nothing but time. */
const LAOZHANG_TIMEOUTS = { ...GOOGLE.timeouts, purchaseSeconds: 600 };

/** Chat completions: other fields, no files, no jobs, and nothing that only Google's wire can say. */
const CHAT = {
  ...GOOGLE,
  wire: 'chat',
  modelPrefix: 'google/',
  key: { ...GOOGLE.key, header: 'bearer' },
  can: { files: false, batch: false, predict: false, tiers: false, search: false },
  speaksForGoogle: false,
  charges: { refusals: 'charged' },
} as const satisfies Profile;

/** A flat price for a picture, whatever its size. */
function flat(cited: Cited, prices: Readonly<Record<string, string>>): OwnPrices {
  const rows = Object.entries(prices).map(([model, price]): OverlayPrice => ({
    model,
    lane: 'now',
    meter: 'image',
    size: null,
    price: usd(price),
    from: '2026-10-01',
    until: null,
  }));
  return { cited, prices: rows };
}

const LAOZHANG_PRICES: Cited = {
  source: 'https://docs.laozhang.ai',
  checked: '2026-10-14',
  confidence: 'medium',
};
const APIYI_PRICES: Cited = { source: 'https://docs.apiyi.com', checked: '2026-10-14', confidence: 'medium' };

/** The gateways that pixtab knows by name; users add their own to their settings. */
export const GATEWAYS: readonly Gateway[] = [
  gateway(NEW_API, {
    name: 'new-api',
    title: 'The new-api relay',
    address: null,
    variables: ['NEW_API_KEY'],
    links: {},
    cited: high('https://github.com/QuantumNous/new-api'),
  }),
  gateway(
    {
      ...NEW_API,
      timeouts: LAOZHANG_TIMEOUTS,
      prices: flat(LAOZHANG_PRICES, {
        'gemini-nano-banana-2.1': '0.045',
        'gemini-3.1-flash-lite-image': '0.025',
        'gemini-3-pro-image': '0.09',
        'gemini-2.5-flash-image': '0.02',
        'gemini-3.1-flash-image': '0.055',
      }),
    },
    {
      name: 'laozhang',
      title: 'LaoZhang',
      address: 'https://api.laozhang.ai',
      variables: ['LAOZHANG_API_KEY'],
      links: { key: 'https://api.laozhang.ai', billing: 'https://api.laozhang.ai' },
      cited: high('https://docs.laozhang.ai/en/api-capabilities/image-billing-and-failures'),
    },
  ),
  gateway(
    {
      ...NEW_API,
      prices: flat(APIYI_PRICES, {
        'gemini-3-pro-image': '0.09',
        'gemini-3.1-flash-image': '0.055',
        'gemini-3.1-flash-lite-image': '0.025',
        'gemini-2.5-flash-image': '0.02',
      }),
    },
    {
      name: 'apiyi',
      title: 'APIYI',
      address: 'https://api.apiyi.com',
      variables: ['APIYI_API_KEY'],
      links: { key: 'https://api.apiyi.com', billing: 'https://api.apiyi.com' },
      cited: high('https://docs.apiyi.com'),
    },
  ),
  gateway(
    // A virtual key stands in the place of Google's, and answers pass through: https://docs.litellm.ai/docs/pass_through/google_ai_studio
    GOOGLE,
    {
      name: 'litellm',
      title: 'LiteLLM',
      address: null,
      variables: ['LITELLM_API_KEY'],
      links: {},
      cited: high('https://docs.litellm.ai/docs/pass_through/google_ai_studio'),
    },
  ),
  gateway(
    {
      ...GOOGLE,
      // With keys that Cloudflare stores, only the gateway's own token travels.
      key: { ...GOOGLE.key, optional: true },
      headers: [{ name: 'cf-aig-authorization', value: 'Bearer ${CF_AIG_TOKEN}', optional: true }],
    },
    {
      name: 'cloudflare',
      title: 'Cloudflare AI Gateway',
      address: null,
      variables: GOOGLE.key.variables,
      links: { key: 'https://dash.cloudflare.com/?to=/:account/ai/ai-gateway' },
      cited: high('https://developers.cloudflare.com/ai-gateway/usage/providers/google-ai-studio/'),
    },
  ),
  gateway(CHAT, {
    name: 'openrouter',
    title: 'OpenRouter',
    address: 'https://openrouter.ai/api/v1',
    variables: ['OPENROUTER_API_KEY'],
    links: {
      key: 'https://openrouter.ai/settings/keys',
      billing: 'https://openrouter.ai/settings/credits',
      spending: 'https://openrouter.ai/activity',
      limits: 'https://openrouter.ai/docs/api/reference/limits',
    },
    cited: medium('https://openrouter.ai/docs/guides/overview/multimodal/image-generation'),
  }),
  gateway(CHAT, {
    name: 'vercel',
    title: 'Vercel AI Gateway',
    address: 'https://ai-gateway.vercel.sh/v1',
    variables: ['AI_GATEWAY_API_KEY'],
    links: {
      key: 'https://vercel.com/docs/ai-gateway/authentication-and-byok',
      billing: 'https://vercel.com/docs/ai-gateway/pricing',
    },
    cited: medium(
      'https://vercel.com/docs/ai-gateway/sdks-and-apis/openai-chat-completions/image-generation',
    ),
  }),
];

/** Whoever answers at an address of the user's own, under no profile: nothing is known of it, so nothing is taken for granted. */
export const relayAt = (host: string): Profile => ({
  ...GOOGLE,
  name: host,
  title: host,
  address: null,
  speaksForGoogle: false,
  billedByGoogle: false,
  charges: { refusals: 'charged' },
  advice: adviceOf(host, GOOGLE.key, {}),
});
