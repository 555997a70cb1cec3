// A wire on loopback before a server, which can be cut and can go silent. For the proofs, short and long.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Passes everything on, to a port or the path of a socket, until it is told otherwise. */
export async function wireTo(target) {
  const pairs = new Set();
  let messages = 0;
  /** Which message is cut, and whether the server still gets it. */
  let cut = null;
  let isSilent = false;
  let silentAt = Infinity;

  const server = createServer((client) => {
    const behind = connect(target);
    const pair = { client, behind, isLast: false };
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      behind.destroy();
    };
    for (const socket of [client, behind]) socket.on('error', end).on('close', end);
    client.on('data', (bytes) => {
      if (isSilent) return;
      messages += 1;
      if (messages === silentAt) isSilent = true;
      if (isSilent) return;
      if (cut?.at === messages) {
        if (cut.moment === 'before') return end();
        pair.isLast = true;
      }
      behind.write(bytes);
    });
    behind.on('data', (bytes) => {
      if (isSilent) return;
      // The server has done what it was asked for, and nobody hears of it.
      if (pair.isLast) return end();
      client.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: server.address().port,
    /** Messages from clients so far. */
    messages: () => messages,
    /** Cuts the connection at a message, counted from now, before the server gets it or after it has answered. */
    cutAt(message, moment) {
      cut = { at: messages + message, moment };
    },
    /** Whether the cut has come. */
    wasCut: () => cut !== null && messages >= cut.at,
    /** From a message on, counted from now, nothing comes through and nobody hears of that; at once where none is named. */
    silence(message = 0) {
      silentAt = messages + message;
      isSilent = message === 0;
    },
    speak() {
      isSilent = false;
      silentAt = Infinity;
      for (const { client } of pairs) client.destroy();
    },
    close() {
      for (const { client } of pairs) client.destroy();
      server.close();
    },
  };
}
