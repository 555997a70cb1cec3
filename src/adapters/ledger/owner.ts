import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The process that works on an attempt or a job. */
export interface Owner {
  /** Tells it from every other one, whatever the machines are called and whatever number it has. */
  readonly id: string;
  /** Where its number means something: the name of the machine, which boot of it, and its space of process numbers. */
  readonly host: string;
  readonly pid: number;
  /** Tells a process from a later one with the same pid. */
  readonly startedAt: string;
}

/** Has what waits in a queue, and never dies. */
export const QUEUE: Owner = { id: 'queue', host: 'queue', pid: 0, startedAt: '' };

/** Has what its process could not finish, or was taken from a machine that was given up, until somebody looks. */
export const GIVEN_UP = 'given up';

export function thisProcess(): Owner {
  const startedAt = startOf(process.pid) ?? 'unknown';
  return { id: randomUUID(), host: thisHost(), pid: process.pid, startedAt };
}

/** The name of a machine, as people know it. */
export const nameOfHost = (host: string): string => host.split(' ', 1)[0] ?? host;

/** Whether a process of this host still runs. If nobody can tell, it counts as running: its money stays held. */
export function isAlive({ pid, startedAt }: Pick<Owner, 'pid' | 'startedAt'>): boolean {
  const start = startOf(pid);
  if (start === ENDED) return false;
  if (start !== null && startedAt !== 'unknown') return start === startedAt;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process runs, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Machines may share a name, and containers a name and a boot, but never their process numbers as well. */
function thisHost(): string {
  try {
    return `${hostname()} ${boot()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

const boot = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** A process that does nothing any more, and is only there until somebody asks how it ended. It still takes signals. */
const ENDED = 'ended';

/** Linux: boot and tick at which a process began, or that it ended. Null when there is none, or on other systems. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may contain spaces and parentheses: the fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    const [threads, started] = [fields[17], fields[19]];
    // The first thread of a killed process may be gone while another one still ends a write.
    if (state === 'X' || (state === 'Z' && threads === '1')) return ENDED;
    return started === undefined ? null : `${boot()} ${started}`;
  } catch {
    return null;
  }
}
