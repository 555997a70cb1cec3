import { usageFailure } from '../errors.ts';
import { globOf } from '../text/glob.ts';
import { nearest } from '../text/nearest.ts';
import type { Picture } from './picture.ts';

/** Chooses pictures by id, with * for anything but a slash and ** for anything. */
export interface Only {
  readonly takes: (picture: Pick<Picture, 'id' | 'key'>) => boolean;
  /** Failure when a pattern chose nothing of what it was asked about. */
  readonly refuseUnused: () => void;
}

export function onlyThose(flag: string, patterns: readonly string[]): Only {
  const tests = patterns.map((pattern) => ({ pattern, test: globOf(pattern), used: false }));
  const seen: string[] = [];
  return {
    takes({ id, key }) {
      if (seen.length < MOST_SUGGESTED) seen.push(id);
      let taken = false;
      for (const one of tests) {
        if (!one.test.test(id) && !one.test.test(key)) continue;
        one.used = true;
        taken = true;
      }
      return taken;
    },
    refuseUnused() {
      const unused = tests.find(({ used }) => !used);
      if (unused === undefined) return;
      const near = nearest(unused.pattern, seen);
      throw usageFailure(
        `${flag}: there is no picture "${unused.pattern}".`,
        near === null ? undefined : `Did you mean ${near}?`,
      );
    },
  };
}

const MOST_SUGGESTED = 1000;
