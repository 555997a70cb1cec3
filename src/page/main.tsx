import { render } from 'preact';
import type { PageStart } from '../core/page/types.ts';
import { App } from './app.tsx';
import { served } from './served.ts';
import type { Source } from './source.ts';
import { clockOf } from './words.ts';
import { written } from './written.ts';

const data = document.querySelector('#start')?.textContent ?? '';
// What stands there was written by the program that this page is part of.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const start = JSON.parse(data) as PageStart;

const SOURCES: Readonly<Record<PageStart['source'], () => Source | null>> = {
  server: () => served(start),
  files: () => written(start),
  none: () => null,
};

// What is folded away is nowhere on paper.
addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) details.open = true;
});

render(
  <App start={{ ...start, clock: clockOf(start.zone) }} source={SOURCES[start.source]()} />,
  document.body,
);
