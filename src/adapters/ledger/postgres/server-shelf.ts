import type { Shelf } from '../shelf.ts';
import { addressIn } from './address.ts';
import { pgWire } from './pg-wire.ts';
import { postgres } from './postgres.ts';
import { sessionOver } from './session.ts';

/** All parts of a ledger at a server, over one session. The sandbox has a schema of its own. */
export function serverShelf(
  address: string,
  env: Readonly<Record<string, string | undefined>>,
  named?: string,
): Shelf {
  const { target, schema, shown } = addressIn(address, env, named);
  const session = sessionOver(() => pgWire(target));
  const schemaOf = (sandbox: boolean): string => (sandbox ? `${schema}_sandbox` : schema);
  const shelf: Shelf = ({ sandbox }, part) => postgres({ session, schema: schemaOf(sandbox), shown }, part);
  const beside: Shelf['beside'] = ({ sandbox }, name, steps) => {
    const own = `${schemaOf(sandbox)}_${name}`;
    return postgres({ session, schema: own, shown }, 'ledger', steps(own));
  };
  return Object.assign(shelf, { beside });
}
