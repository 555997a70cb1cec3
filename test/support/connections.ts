import { DatabaseSync } from '@photostructure/sqlite';

type Connection = InstanceType<typeof DatabaseSync>;

/** Sees each connection to SQLite as it is opened, and may replace methods of it: those of all cannot be. */
export function onConnection(seen: (connection: Connection) => void): Disposable {
  const { construct } = Reflect;
  Reflect.construct = new Proxy(construct, {
    apply(target, self, args) {
      const made: unknown = Reflect.apply(target, self, args);
      if (made instanceof DatabaseSync) seen(made);
      return made;
    },
  });
  return { [Symbol.dispose]: () => void (Reflect.construct = construct) };
}

/** Replaces one method of one connection or statement; what the driver has on it cannot be assigned to. */
export function replaceOn<T extends object, K extends keyof T>(object: T, name: K, method: T[K]): void {
  Object.defineProperty(object, name, { value: method });
}
