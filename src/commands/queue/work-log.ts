import { format, toDecimal } from '../../core/pricing/money.ts';
import type { Failure } from '../../core/errors.ts';
import { counted, excerpt, printable } from '../../core/text/text.ts';
import type { Clock, Terminal } from '../../ports/index.ts';
import type { WorkEvent } from '../../purchase/queue/work-context.ts';
import { shortId } from '../batch/output.ts';

/** A line for each thing that happens: for people, or as JSON. */
export interface WorkLog {
  /** Says everything in the same form. */
  readonly terminal: Terminal;
  readonly tell: (event: WorkEvent) => void;
}

export function workLog(form: 'text' | 'json', terminal: Terminal, { now }: Pick<Clock, 'now'>): WorkLog {
  if (form === 'text') return { terminal, tell: (event) => tellPeople(event, terminal) };
  const line = (level: 'info' | 'error', facts: object): void =>
    terminal.alarm(JSON.stringify({ time: new Date(now()).toISOString(), level, ...facts }));
  return {
    terminal: {
      ...terminal,
      note: (message) => line('info', { event: 'note', message: message.trim() }),
      detail: () => {},
      alarm: (message) => line('error', { event: 'alarm', message: message.trim() }),
      annotate: () => {},
      progress: () => ({ isShown: false, update: () => {}, stop: () => {} }),
      style: (_, text) => text,
    },
    tell: (event) => line(levelOf(event), factsOf(event)),
  };
}

const levelOf = (event: WorkEvent): 'info' | 'error' =>
  event.event === 'returned' ||
  event.event === 'stuck' ||
  (event.event === 'ended' && event.state !== 'done' && event.state !== 'cancelled')
    ? 'error'
    : 'info';

function factsOf(event: WorkEvent): object {
  if (event.event === 'gathered') {
    const { jobId, model, items, tokens } = event.job;
    return { event: 'gathered', jobId, model, lane: 'batch', requests: items.length, tokens };
  }
  if (event.event === 'stuck') return { event: 'stuck', jobId: event.jobId, why: whyOf(event.failure) };
  const { name, plan, run, urgent } = event.job;
  const { attemptId, model, lane, size } = plan;
  const job = { name, attemptId, runId: run.runId, project: run.project, model, lane, size, urgent };
  if (event.event === 'taken') return { event: 'taken', ...job };
  const why = event.failure && whyOf(event.failure);
  if (event.event === 'returned') return { event: 'returned', ...job, why };
  const { state, cost, tookMs } = event;
  return { event: 'ended', ...job, state, cost: toDecimal(cost), tookMs, why };
}

const whyOf = ({ kind, message }: Failure): object => ({ kind, message });

function tellPeople(event: WorkEvent, terminal: Terminal): void {
  if (event.event === 'gathered') {
    const { items, tokens } = event.job;
    const size = `${counted(items.length, 'picture')}, about ${counted(tokens, 'token')}`;
    return terminal.note(`job    ${shortId(event.job)}: ${size}`);
  }
  if (event.event === 'stuck')
    return terminal.note(`note   job ${shortId(event)}: ${printable(event.failure.message)}`);
  const name = excerpt(event.job.name, 60);
  if (event.event === 'taken') return terminal.detail(`take   ${name}`);
  const why = event.failure === null ? '' : `: ${printable(event.failure.message)}`;
  if (event.event === 'returned') return terminal.note(`back   ${name}${why}`);
  const seconds = (event.tookMs / 1_000).toFixed(1);
  return terminal.note(`${event.state.padEnd(6)} ${name}, ${format(event.cost)}, ${seconds} s${why}`);
}
