/** A process that may die: from its n-th call of a port on nothing ever answers, as when the machine lost power. */
export interface Mortal {
  /** Resolves when it is dead. */
  readonly death: Promise<void>;
  /** The same object, as the process sees it. `last` says whether the deadly call still has its effect. */
  readonly around: <T extends object>(port: T) => T;
}

export function mortal(lifetime: number | null, last: 'before' | 'after'): Mortal {
  let calls = 0;
  let die = (): void => {};
  const death = new Promise<void>((resolve) => (die = resolve));
  const never = new Promise<never>(() => {});
  const isLast = (): boolean => lifetime !== null && calls === lifetime;
  return {
    death,
    around: (port) =>
      new Proxy(port, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]): unknown => {
            if (lifetime !== null && calls > lifetime) {
              // The last call may be waiting for this one.
              die();
              return never;
            }
            calls += 1;
            if (isLast() && last === 'before') {
              calls += 1;
              die();
              return never;
            }
            const result: unknown = Reflect.apply(value, target, args);
            if (!isLast()) return result;
            calls += 1;
            if (!(result instanceof Promise)) {
              die();
              return result;
            }
            // The effect is there; nobody hears of it.
            return result.then(
              () => (die(), never),
              () => (die(), never),
            );
          };
        },
      }),
  };
}
