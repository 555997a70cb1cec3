// The laws of docs/reliability.md, as they are seen from outside: by the meter of the sandbox, the ledger, the disk, and what was printed.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { without } from '../kill.mjs';
import { nano, picturesBelow } from '../place.mjs';
import { isDeadly, isOfTheWire } from './points.mjs';

/** Codes that a run may end with; 1 is a bug. */
const CODES = new Set([0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 130]);
const PICTURE = /\.(?:jpe?g|png)$/;

/** What is wrong with what a command printed, and how it ended. A killed one says nothing. */
export function wrongWithEnd({ code, signal, stdout, stderr, isKilled, isDocument = true, charged = 0 }) {
  if (signal !== null) return isKilled && signal === 'SIGKILL' ? [] : [`it ended by ${signal}`];
  if (isKilled) return [`it was killed, and ended with ${code}`];
  const wrong = CODES.has(code) ? [] : [`it ended with ${code}: ${stderr.slice(0, 600)}`];
  if (!isDocument) return wrong;
  try {
    const document = JSON.parse(stdout);
    if (document.exitCode !== code)
      wrong.push(`7: the document says ${document.exitCode}, the process ${code}`);
    const isOpen = document.jobs?.some(({ stage }) => stage !== 'done');
    if (charged > 0 && !isOpen && [document.cost?.charged, document.charged].includes('no'))
      wrong.push(`3: the document says that nothing was charged, the meter ${charged} charges`);
  } catch {
    wrong.push(
      `7: stdout is no JSON document: ${JSON.stringify(stdout.slice(0, 200))} ${stderr.slice(0, 200)}`,
    );
  }
  return wrong;
}

/** What is wrong with money and pictures once everything was recovered. `calls`: those before the strike. */
export async function wrongWithBooks({ rows, home, dir, key, door, point, ends, meter, calls, isLookedFor }) {
  const wrong = [];
  const attempts = await tolerant(rows, 'SELECT state, count(*) AS n FROM attempts GROUP BY state');
  const states = Object.fromEntries(attempts.map(({ state, n }) => [state, Number(n)]));
  const charges = meter.requests.map(({ amount }) => nano(amount));
  const booked = await tolerant(rows, 'SELECT attempt_id, amount_nano FROM bills');
  const bills = booked.map(({ amount_nano: amount }) => amount);
  const lost = without(charges, bills);
  // Where neither the journal nor the folder takes a file any more, which both did before it was sent, nothing can keep it.
  const isSaid = ends.some(
    ({ code, stdout, stderr }) =>
      (code === 11 && stderr.includes('could not be kept')) || stdout.includes('"code":"answer-lost"'),
  );
  if (lost === null) wrong.push(`5: bills of ${bills.join()} for charges of ${charges.join()}`);
  else if (lost.length > (states.unconfirmed ?? 0) + (isLookedFor ? (states.sent ?? 0) : 0))
    wrong.push(
      `2: ${lost.length} charges are in no bill, and ${states.unconfirmed ?? 0} are counted as unconfirmed`,
    );
  else if (lost.length > 0 && !isDeadly(point) && !isOfTheWire(point) && !isSaid && !isLookedFor)
    wrong.push(`2: a whole answer came, and ${lost.length} charges are in no bill`);
  for (const id of keptIn(calls))
    if (!booked.some((bill) => bill.attempt_id === id))
      wrong.push(`2: the answer of ${id} was flushed, and no bill has it`);
  if (meter.charged > door.pictures) wrong.push(`3: ${meter.charged} charges for ${door.pictures} pictures`);
  const held = Number((await tolerant(rows, 'SELECT count(*) AS n FROM holds'))[0]?.n ?? 0);
  if (held > 0 && !isLookedFor) wrong.push(`1: ${held} holds are left (${JSON.stringify(states)})`);

  const images = await tolerant(rows, 'SELECT path, sha256 FROM images');
  for (const { path, sha256 } of images) {
    // It is in the store alone; what is made of it on the disk, `verify` looks at.
    if (path === '-') continue;
    const bytes = await readFile(path).catch(() => null);
    if (bytes === null) wrong.push(`2: ${path} is not there`);
    else if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      wrong.push(`2: ${path} is another picture`);
    else if (!(await decodes(bytes))) wrong.push(`6: ${path} does not decode`);
  }
  // A picture more than its bill is one that was put twice; one less was lost.
  if (images.length > bills.length || (images.length < bills.length && !isSaid))
    wrong.push(`2: ${images.length} pictures in the ledger for ${bills.length} bills`);
  const there = (await picturesBelow(dir)).filter(
    (path) => PICTURE.test(path) && !path.endsWith('photo.png'),
  );
  if (ends.at(-1)?.code === 0 && there.length < door.pictures)
    wrong.push(`6: exit 0 with ${there.length} of ${door.pictures} pictures`);
  for (const place of [home, dir]) if (await holds(place, key)) wrong.push(`8: the key is in ${place}`);
  if (ends.some(({ stdout, stderr }) => `${stdout}${stderr}`.includes(key)))
    wrong.push('8: the key was printed');
  return wrong;
}

/** Attempts whose answers had their names in the journal, and its folder was flushed, before the strike. */
function keptIn(calls) {
  const [named, kept] = [new Set(), new Set()];
  for (const { kind, path } of calls) {
    const [, id] = /\/journal\/([\w-]+)\.answer$/.exec(path ?? '') ?? [];
    if (kind === 'name' && id !== undefined) named.add(id);
    if (kind === 'flush' && path.endsWith('/journal')) for (const one of named) kept.add(one);
  }
  return kept;
}

/** Nothing where there are no books yet. */
async function tolerant(rows, sql) {
  try {
    return await rows(sql);
  } catch (error) {
    if (/unable to open|no such table|not exist/i.test(error.message)) return [];
    throw error;
  }
}

const decodes = (bytes) =>
  sharp(bytes)
    .stats()
    .then(() => true)
    .catch(() => false);

async function holds(folder, text) {
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const file of files.filter((one) => one.isFile())) {
    const bytes = await readFile(join(file.parentPath, file.name)).catch(() => null);
    if (bytes?.includes(text)) return true;
  }
  return false;
}
