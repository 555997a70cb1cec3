import { findModel, isAuto } from '../../core/catalogue/catalogue.ts';
import { asFailure, usageFailure } from '../../core/errors.ts';
import { sessionDays, sessionsBefore } from '../../core/policy/retention.ts';
import type { Usd } from '../../core/pricing/money.ts';
import { lacksSignature, latestThatFit, picturesOf } from '../../core/order/answer-parts.ts';
import type { InputImage, Turn } from '../../core/order/order.ts';
import { counted, excerpt, fileSize, printable } from '../../core/text/text.ts';
import type { Clock, Deps, Sessions, SessionTurn, Settings, Terminal } from '../../ports/index.ts';
import { finishTurn, movedTurn, type Turns } from '../../purchase/conversation-turn.ts';

/** Where a turn goes on from, and where it is written down. */
export interface Thread {
  readonly name: string;
  /** The last turn that was found there; undefined where whatever is there makes room. */
  readonly seen: string | null | undefined;
  /** The model that made the earlier turns; null where there are none, or where another one was asked for. */
  readonly model: string | null;
  readonly history: readonly SessionTurn[];
  /** What another model is shown in place of a history that it cannot read. */
  readonly inputs: readonly InputImage[];
  /** What is gone on from, for people. */
  readonly notices: readonly string[];
}

/** An edit that nobody named can be gone on from until the next one. */
export const UNNAMED = 'last';

export function sessionName(text: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,59}$/i.test(text)) return text;
  throw usageFailure(
    `--session: "${excerpt(text, 60)}" is no name: up to 60 letters of a to z, digits, - and _ are possible.`,
  );
}

/** Our own: a turn is written down as one text, and no text holds much more. */
const MOST_KEPT_BYTES = 300_000_000;

/** Why a turn with these pictures cannot be kept; null where it can. */
export function tooHeavy(inputs: readonly InputImage[]): string | null {
  const weight = inputs.reduce((total, { bytes }) => total + bytes.byteLength, 0);
  if (weight <= MOST_KEPT_BYTES) return null;
  return `a session keeps up to ${fileSize(MOST_KEPT_BYTES)} of pictures a turn, and these are ${fileSize(weight)}.`;
}

/** Goes on from nothing. */
export function newThread(name: string, seen: Thread['seen']): Thread {
  return { name, seen, model: null, history: [], inputs: [], notices: [] };
}

/** The thread of a session; of a new one where there is none of that name. */
export async function threadOf(
  name: string,
  model: string,
  sessions: Sessions,
  pictures: Deps['pictures'],
): Promise<Thread> {
  const turns = (await sessions.load(name)) ?? [];
  const last = turns.at(-1);
  if (last === undefined) return newThread(name, null);
  const about = `goes on from "${excerpt(last.prompt, 60)}", after ${counted(turns.length, 'turn')} of session ${name}`;
  const maker = findModel(last.model);
  // Turns that cannot be sent back begin the session anew.
  const alone = async (why: string): Promise<Thread> => ({
    ...newThread(name, last.id),
    inputs: [await pictureOf(last, pictures)],
    notices: [`${about}; ${why}`],
  });
  if (!isAuto(model) && findModel(model).id !== last.model)
    return alone('another model sees its last picture alone');
  if (turns.some((turn) => lacksSignature(turn, maker)))
    return alone('its answers came without signatures, so the model sees its last picture alone');
  const history = latestThatFit(turns, maker);
  if (history.length === 0)
    return alone('what came before is more than one request holds, so the model sees its last picture alone');
  const left = turns.length - history.length;
  const rest = left === 0 ? '' : `; ${counted(left, 'turn')} at its beginning no longer fit into a request`;
  return { name, seen: last.id, model: last.model, history, inputs: [], notices: [about + rest] };
}

/** The last picture of a turn, as the API sent it. */
export function pictureIn(turn: Turn): { readonly bytes: Uint8Array; readonly mimeType: string } | null {
  const last = picturesOf(turn).at(-1);
  if (last === undefined) return null;
  const base64 = last.data.replaceAll('-', '+').replaceAll('_', '/');
  return { bytes: Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)), mimeType: last.mimeType };
}

async function pictureOf(turn: SessionTurn, pictures: Deps['pictures']): Promise<InputImage> {
  const found = pictureIn(turn);
  const info = found && (await (await pictures()).inspect(found.bytes));
  if (!found || !info) throw usageFailure('The last turn has no picture to go on from.');
  return { name: 'the last picture', bytes: found.bytes, ...info };
}

/** Takes the last turn of a session back, and says what is left. Failure `usage` where there is none. */
export async function undoLast(name: string, sessions: Sessions): Promise<string> {
  const last = (await sessions.load(name))?.at(-1);
  if (last === undefined) throw usageFailure('There is nothing to take back.');
  if (!(await sessions.undo(name, last.id))) throw usageFailure(`Session ${name} just went on elsewhere.`);
  const left = (await sessions.load(name))?.length ?? 0;
  return `undone ${counted(left, 'turn')} left of session ${name}; what was paid stays paid`;
}

/** After a turn: sessions that nobody went on with for long go, which is said. No failure of the turn. */
export async function forgetIdle(
  settings: Settings,
  sessions: Sessions,
  { now }: Pick<Clock, 'now'>,
  terminal: Pick<Terminal, 'note'>,
): Promise<void> {
  try {
    const gone = await sessions.forget(sessionsBefore(settings, now()), { look: false });
    if (gone === 0) return;
    const days = counted(sessionDays(settings), 'day');
    terminal.note(
      `note   ${counted(gone, 'session')} gone that nobody went on with for ${days} (PIXTAB_SESSION_DAYS)`,
    );
  } catch (error) {
    terminal.note(`note   ${printable(asFailure(error).message)}`);
  }
}

/** Who learns what became of a turn. */
export interface Listener {
  readonly paid: (amount: Usd) => void;
  /** In which session it is. */
  readonly placed: (name: string) => void;
}

const UNSIGNED =
  'The answer came without a thought signature, so this session cannot go on as a conversation here: the next turn shows the model this picture alone.';

/** Writes the turns of a thread down. */
export function turnsOf(
  { name, seen, history }: Thread,
  sessions: Sessions,
  { now }: Pick<Clock, 'now'>,
  listener?: Listener,
): Turns {
  return {
    begin: ({ attemptId }, { model, prompt, inputs }) =>
      sessions.begin({
        id: attemptId,
        session: name,
        after: history.at(-1)?.id ?? null,
        seen,
        model: model.id,
        prompt,
        inputs,
        at: now(),
      }),
    async finish({ attemptId, model }, reply, bill) {
      listener?.paid(bill.amount);
      const place = await finishTurn(attemptId, reply, bill, sessions);
      if (place) listener?.placed(place.name);
      // Whoever asked for no session need not know that it would not go on.
      const isStuck =
        place && seen !== undefined && lacksSignature({ answer: reply.parts ?? [] }, findModel(model));
      return (place && movedTurn(place)) ?? (isStuck ? UNSIGNED : null);
    },
    drop: ({ attemptId }) => sessions.drop(attemptId),
  };
}
