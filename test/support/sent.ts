/** Units that left at a moment, as the server counts them. */
export interface Sent {
  readonly at: number;
  readonly units: bigint;
}

/** Of sends in memory, what the ledger finds out in SQL: when they came to more than `room`, from the latest backwards. */
export function overflowOf(sent: readonly Sent[], since: number, room: bigint): number | null {
  let left = room;
  for (const { at, units } of sent.toSorted((a, b) => b.at - a.at)) {
    if (at < since) return null;
    left -= units;
    if (left < 0n) return at;
  }
  return null;
}
