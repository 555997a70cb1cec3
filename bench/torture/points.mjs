// Which call fails, and how: a point of torture is a door, a call and a fault.
import { dice } from '../kill.mjs';
import { LASTING_STATEMENTS, STATEMENT_FAULTS } from './statements.mjs';

/** What may become of a call, by its kind; each once, and for ever after where that is another thing. */
const FAULTS = {
  open: ['EACCES', 'EMFILE', 'ENOSPC', 'EROFS', 'EIO'],
  look: ['EACCES', 'EIO'],
  read: ['EIO', 'short', 'garbage'],
  write: ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'short'],
  flush: ['EIO', 'ENOSPC'],
  name: ['EACCES', 'ENOSPC', 'EXDEV', 'EROFS', 'EIO'],
  lock: ['EAGAIN', 'EIO'],
  map: ['ENOMEM'],
  connect: ['ECONNREFUSED', 'ETIMEDOUT'],
  send: ['EPIPE', 'ECONNRESET', 'short'],
  receive: ['ECONNRESET', 'ETIMEDOUT', 'end'],
  ...STATEMENT_FAULTS,
};
const ENDS = ['kill', 'power', 'torn'];
const LASTING = new Set([
  ...LASTING_STATEMENTS,
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EROFS',
  'EACCES',
  'ECONNREFUSED',
  'short',
]);

export const KINDS = Object.keys(FAULTS);

export const isDeadly = ({ fault }) => /^(kill|power|torn)/.test(fault ?? '');
/** Whether it may keep an answer from coming whole. */
export const isOfTheWire = ({ kind }) => ['connect', 'send', 'receive'].includes(kind);

/** All faults that a call of a door may meet. `calls`: number, kind and path of each. */
export const pointsOf = (door, calls) =>
  calls.flatMap(({ number, kind }) =>
    (kind === undefined ? [] : [...FAULTS[kind], ...(kind === 'statement' ? [] : ENDS)]).flatMap((fault) => [
      { door, number, kind, fault, lasts: false },
      ...(LASTING.has(fault) ? [{ door, number, kind, fault, lasts: true }] : []),
    ]),
  );

/** As many of each door, kind of call and fault in turn, at random: there are hundreds of locks for each connection. */
export function sample(all, points, seed) {
  const random = dice(seed);
  const groups = {};
  for (const point of all) (groups[groupOf(point)] ??= []).push(point);
  const turns = Object.values(groups)
    .map((group) => ({ group, turn: random() }))
    .toSorted((a, b) => a.turn - b.turn);
  return Array.from({ length: turns.length === 0 ? 0 : points }, (_, index) => {
    const { group } = turns[index % turns.length];
    return group[Math.floor(random() * group.length)];
  });
}

const groupOf = ({ door, kind, fault, lasts }) => `${door}, ${kind}, ${fault}, ${lasts}`;

export const told = ({ door, number, kind, fault, lasts }) =>
  `${door}, call ${number} (${kind}) ${fault}${lasts ? ' for ever' : ''}`;
