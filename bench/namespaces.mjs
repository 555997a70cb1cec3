// Network namespaces as machines: each has a loopback of its own, and a cable to ours. Linux, root and iproute2.
import { execFileSync } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { startNode } from './process.mjs';

const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'ignore'] });

/** Whether machines can be made here: a part of them is made, and removed. */
export function hasNamespaces() {
  const name = `pixtab-${process.pid}`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return true;
  } catch {
    return false;
  }
}

/** So many machines, from which these ports of our loopback are reached as if they were of theirs. */
export async function namespaces(count, ports) {
  const machines = Array.from({ length: count }, (_, n) => ({
    name: `pixtab-${process.pid}-${n}`,
    cable: `pix${process.pid % 1e6}-${n}`,
    ours: `10.77.${n}.1`,
    theirs: `10.77.${n}.2`,
  }));
  const relays = [];
  const within = ({ name }) => ['ip', 'netns', 'exec', name];
  function close() {
    for (const relay of relays) relay();
    for (const { name } of machines) {
      try {
        // Its end of the cable goes with it, and so does ours.
        ip('netns', 'del', name);
      } catch {
        // It was not made.
      }
    }
  }
  try {
    for (const machine of machines) {
      const { name, cable, ours, theirs } = machine;
      ip('netns', 'add', name);
      ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
      ip('addr', 'add', `${ours}/24`, 'dev', cable);
      ip('link', 'set', cable, 'up');
      ip('-n', name, 'addr', 'add', `${theirs}/24`, 'dev', 'eth0');
      for (const device of ['lo', 'eth0']) ip('-n', name, 'link', 'set', device, 'up');
      relays.push(await relay(ours, '127.0.0.1', ports));
      const there = startNode([import.meta.filename, '127.0.0.1', ours, ...ports.map(String)], {
        env: { PATH: process.env.PATH ?? '' },
        within: within(machine),
      });
      relays.push(() => there.child.kill('SIGKILL'));
      await once(there.child.stdout, 'data');
    }
  } catch (error) {
    close();
    throw error;
  }
  return { within: (n) => within(machines[n]), close };
}

/** Passes on what comes to these ports of one address to the same ports of another; resolves to what ends that. */
async function relay(from, to, ports) {
  const servers = ports.map((port) =>
    createServer({ allowHalfOpen: true }, (socket) => {
      const other = connect({ port, host: to, allowHalfOpen: true });
      const fail = () => [socket, other].forEach((each) => each.destroy());
      for (const each of [socket, other]) each.on('error', fail);
      socket.pipe(other).pipe(socket);
    }).listen(port, from),
  );
  await Promise.all(servers.map((server) => once(server, 'listening')));
  return () => servers.forEach((server) => server.close());
}

if (process.argv[1] === import.meta.filename) {
  const [, , from, to, ...ports] = process.argv;
  await relay(from, to, ports.map(Number));
  console.log('ready');
}
