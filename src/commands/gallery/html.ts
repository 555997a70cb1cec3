import type { PageStart } from '../../core/page/types.ts';
import type { PageAssets } from '../../ports/index.ts';

const TITLES = { server: 'pixtab gallery', files: 'pixtab gallery', none: 'pixtab spending' } as const;

/** What a page with these parts may load. */
const policy = (script: string, style: string): string =>
  `default-src 'none'; script-src ${script}; style-src ${style}; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'`;

/** A page beside its script and its style sheet. */
export const pageHtml = (start: PageStart): string =>
  html(start, policy("'self'", "'self'"), [
    '<link rel="stylesheet" href="page.css">',
    ...(start.source === 'files' ? ['<script src="rows/0.js" defer></script>'] : []),
    '<script src="page.js" defer></script>',
  ]);

/** A page that is one file. `base64Hash` is the SHA-256 of a text. */
export function alonePage(
  start: PageStart,
  { script, style }: PageAssets,
  base64Hash: (text: string) => string,
): string {
  // A script ends at the first of these, wherever it stands.
  const code = script.replaceAll(/<\/(script)/gi, String.raw`<\/$1`);
  const hashed = (text: string): string => `'sha256-${base64Hash(text)}'`;
  return html(start, policy(hashed(code), hashed(style)), [
    `<style>${style}</style>`,
    `<script type="module">${code}</script>`,
  ]);
}

function html(start: PageStart, policy: string, parts: readonly string[]): string {
  // No text of the data can end the element that it stands in.
  const data = JSON.stringify(start).replaceAll('<', String.raw`\u003c`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${TITLES[start.source]}</title>
<link rel="icon" href="data:,">
<script type="application/json" id="start">${data}</script>
${parts.join('\n')}
</head>
<body>
<noscript>This page needs JavaScript; pixtab history and pixtab spend say the same in a terminal.</noscript>
</body>
</html>
`;
}
