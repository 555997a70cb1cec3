import { basename, resolve } from 'node:path';
import { aliasOf } from '../../core/catalogue/catalogue.ts';
import { wordsIn } from '../../core/drafts/prompt.ts';
import type { PageImage, PagePlace, PageRow } from '../../core/page/types.ts';
import { toDecimal } from '../../core/pricing/money.ts';
import type { Receipt } from '../../ports/index.ts';
import { costOf, outcomeIn, reasonIn, shortId, shownPath } from '../ledger/purchases.ts';
import { copyable, development } from './copyable.ts';
import { filesOf } from './pictures.ts';

/** What a page may tell. */
export interface Telling {
  readonly cwd: string;
  readonly sandbox: boolean;
  /** Without prompts, and without what repeats them: file names, and what the model said. */
  readonly hidesPrompts: boolean;
  /** It goes to others, who need not know where things are on this machine. */
  readonly isPublic: boolean;
}

/** A path as a page shows it. */
export function pathIn(path: string, { cwd, hidesPrompts, isPublic }: Telling): string | null {
  if (hidesPrompts) return null;
  const shown = shownPath(path, cwd);
  return isPublic && resolve(cwd, shown) === shown ? basename(path) : shown;
}

/** A request as a page has it; `places` are those of its pictures. */
export function pageRow(receipt: Receipt, places: readonly PagePlace[], telling: Telling): PageRow {
  const { attempt, run, heldAt, differences, sends, decision } = receipt;
  const { sandbox } = telling;
  const shown = filesOf(receipt).map((file, index): PageImage => {
    const { sha256, width, height, bytes, mimeType, absolutePath } = file;
    const path = pathIn(absolutePath, telling);
    const place = placeIn(places[index] ?? { state: 'gone' }, telling);
    const at = pathNow(place, path);
    const draft = 'cell' in file ? { number: file.cell, command: development(at, sandbox) } : null;
    return { sha256, width, height, bytes, mimeType, path, place, draft };
  });
  const [first] = shown;
  const path = first === undefined ? null : pathNow(first.place, first.path);
  return {
    id: attempt.attemptId,
    shortId: shortId(receipt),
    runId: run.runId,
    command: run.command,
    at: new Date(heldAt).toISOString(),
    project: run.project,
    labels: run.labels,
    model: attempt.model,
    alias: aliasOf(attempt.model),
    lane: attempt.lane,
    gateway: attempt.gateway ?? null,
    size: attempt.size,
    aspect: attempt.aspect,
    thinking: attempt.asked?.thinking ?? null,
    prompt: telling.hidesPrompts ? null : wordsIn(attempt.prompt) || null,
    outcome: outcomeIn(receipt),
    reason: reasonIn(receipt),
    differences,
    sends,
    quote: {
      low: toDecimal(attempt.low),
      expected: toDecimal(attempt.expected),
      high: toDecimal(attempt.high),
    },
    cost: costOf(receipt),
    settledBy: decision && {
      charged: decision.charged,
      who: telling.isPublic ? 'somebody' : decision.who,
      at: new Date(decision.at).toISOString(),
    },
    inputs: (attempt.asked?.inputs ?? []).map(({ path, sha256 }) => ({
      path: path === '-' ? '-' : pathIn(resolve(attempt.save.cwd, path), telling),
      sha256,
    })),
    turns: attempt.asked?.turns ?? 0,
    images: shown,
    commands: copyable(receipt, { id: shortId(receipt), path, sandbox }),
  };
}

export const placeIn = (place: PagePlace, telling: Telling): PagePlace =>
  place.state === 'moved' && place.path !== null ? { ...place, path: pathIn(place.path, telling) } : place;

/** Where a picture can be read now. */
function pathNow(place: PagePlace, path: string | null): string | null {
  return place.state === 'moved' ? place.path : place.state === 'there' ? path : null;
}
