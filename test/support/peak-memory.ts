import { readFile } from 'node:fs/promises';

/** What a process of Node runs with so that it writes down how many MiB it had resident at most. */
export const noting = (file: string): string =>
  `--import=data:text/javascript,${encodeURIComponent(
    `process.on('exit',()=>process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(file)},String(process.resourceUsage().maxRSS)))`,
  )}`;

export const peakIn = async (file: string): Promise<number> => Number(await readFile(file, 'utf8')) / 1024;
