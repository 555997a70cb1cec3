import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The process that works on an attempt. */
export interface Owner {
  readonly host: string;
  readonly pid: number;
  /** Tells a process from a later one with the same pid. */
  readonly startedAt: string;
}

export function thisProcess(): Owner {
  return { host: thisHost(), pid: process.pid, startedAt: startOf(process.pid) ?? 'unknown' };
}

/** Whether a process of this host still runs. If nobody can tell, it counts as running: its money stays held. */
export function isAlive({ pid, startedAt }: Owner): boolean {
  const start = startOf(pid);
  if (start !== null && startedAt !== 'unknown') return start === startedAt;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process runs, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Containers can share a host's name but not its process numbers, so those are part of the name. */
function thisHost(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Linux: boot and tick at which a process began. Null when it does not run, or on other systems. */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may contain spaces and parentheses: the fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    const started = fields[19];
    // A zombie does nothing any more.
    return started === undefined || state === 'Z' || state === 'X' ? null : `${boot} ${started}`;
  } catch {
    return null;
  }
}
