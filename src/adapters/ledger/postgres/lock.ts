/** Waits until nobody else holds the lock of that name on a ledger, and holds it until the end of the transaction. */
export const waitingFor = (schema: string, name: string): string =>
  `SELECT pg_advisory_xact_lock(hashtext('pixtab'), hashtext('${schema} ${name}'))`;
