import { useEffect, useState } from 'preact/hooks';

interface Loaded<T> {
  /** null until it is there; what was there before stays until then. */
  readonly value: T | null;
  readonly error: string | null;
}

/** What a promise brings; it is asked for anew when the key is another one. */
export function useLoaded<T>(load: () => Promise<T>, key: string): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ value: null, error: null });
  useEffect(() => {
    let isWanted = true;
    async function begin(): Promise<void> {
      const next = await outcomeOf(load);
      if (isWanted) setLoaded((before) => ({ ...before, ...next }));
    }
    void begin();
    return () => {
      isWanted = false;
    };
  }, [key]);
  return loaded;
}

async function outcomeOf<T>(load: () => Promise<T>): Promise<Partial<Loaded<T>>> {
  try {
    return { value: await load(), error: null };
  } catch (error) {
    return { error: sentenceOf(error) };
  }
}

export const sentenceOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
