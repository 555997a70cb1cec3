/** What the platform's fetch takes as `dispatcher`; undici, its engine, has no types of its own in Node. */
export interface Dispatcher {
  dispatch(options: object, handler: object): boolean;
}

const ENGINE = Symbol.for('undici.globalDispatcher.1');

/** The engine behind the platform's fetch, or null where it cannot be seen. */
export function platformDispatcher(): Dispatcher | null {
  // Node loads its engine with the first use of any of its classes.
  void new Headers();
  const engine: unknown = Reflect.get(globalThis, ENGINE);
  return isDispatcher(engine) ? engine : null;
}

const isDispatcher = (value: unknown): value is Dispatcher =>
  typeof value === 'object' && value !== null && 'dispatch' in value && typeof value.dispatch === 'function';

// Called once a connection stands, right before the first byte is written: the older and the newer name.
const ABOUT_TO_WRITE = new Set<string | symbol>(['onConnect', 'onRequestStart']);

/** Passes everything on to `inner`, and tells when a request is about to be written. */
export function watched(inner: Dispatcher, onWrite: () => void): Dispatcher {
  return {
    dispatch(options, handler) {
      const telling = new Proxy(handler, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]): unknown => {
            if (ABOUT_TO_WRITE.has(name)) onWrite();
            return Reflect.apply(value, target, args);
          };
        },
      });
      return inner.dispatch({ ...options, ...PURCHASE }, telling);
    },
  };
}

/**
 * An image may take longer than the engine's own 300 seconds, and a kept-alive connection that the server closes
 * at the wrong moment would leave a purchase unconfirmed.
 */
const PURCHASE = { headersTimeout: 0, bodyTimeout: 0, reset: true };
