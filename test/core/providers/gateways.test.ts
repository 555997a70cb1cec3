import { expect, it } from 'vitest';
import { GATEWAYS, relayAt } from '../../../src/core/providers/gateways.ts';
import { playedAs } from '../../../src/core/providers/sandbox.ts';
import { GUISES } from '../../../src/sandbox/guises/guises.ts';
import { textOf } from '../../docs/pages.ts';

const names = GATEWAYS.map((gateway) => [gateway.name, gateway] as const);

const played = GUISES.map((guise) => guise.name);

it.each(names)('%s is played by a guise, by that of its own name where there is one', (name, gateway) => {
  expect(played).toContain(playedAs(gateway));
  expect(played.includes(name) ? playedAs(gateway) : name).toBe(name);
});

it.each(names)('%s stands in docs/gateways.md, with its source', async (name, { cited }) => {
  const page = await textOf('docs/gateways.md');
  expect(page).toContain(`\`${name}\``);
  expect(page).toContain(cited.source);
});

it.each([
  ['new-api', 'NEW_API_KEY'],
  ['laozhang', 'LAOZHANG_API_KEY'],
  ['apiyi', 'APIYI_API_KEY'],
  ['litellm', 'LITELLM_API_KEY'],
  ['openrouter', 'OPENROUTER_API_KEY'],
  ['vercel', 'AI_GATEWAY_API_KEY'],
])('%s has its key in %s', (name, variable) => {
  expect(GATEWAYS.find((gateway) => gateway.name === name)?.key.variables).toEqual([variable]);
});

it('Cloudflare may be asked without a key, by a token of its own', () => {
  expect(GATEWAYS.find(({ name }) => name === 'cloudflare')).toMatchObject({
    key: { optional: true },
    headers: [{ name: 'cf-aig-authorization', value: 'Bearer ${CF_AIG_TOKEN}', optional: true }],
  });
});

it.each(['new-api', 'laozhang', 'apiyi'])('%s takes pictures alone, one request at a time', (name) => {
  expect(GATEWAYS.find((gateway) => gateway.name === name)?.can).toMatchObject({
    files: false,
    batch: false,
    predict: false,
  });
});

it('nothing that a relay at an address says is Google’s word, and its bill is not Google’s', () => {
  expect(relayAt('relay.example')).toMatchObject({
    speaksForGoogle: false,
    billedByGoogle: false,
    charges: { refusals: 'charged' },
  });
});
