import { expect, it } from 'vitest';
import { GATEWAYS } from '../../../src/core/providers/gateways.ts';
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
