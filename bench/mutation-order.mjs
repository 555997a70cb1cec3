import { relative } from 'node:path';
import { BaseSequencer } from 'vitest/node';

/** As long as files took when nothing was changed: what is cut short by a test that fails, says nothing. */
const durations = new Map();

/** Runs quick files of tests first: most changes are noticed by one of them, and nothing is run after that. */
export class QuickFirst extends BaseSequencer {
  async sort(files) {
    return files.toSorted((a, b) => this.#durationOf(a) - this.#durationOf(b));
  }

  #durationOf({ project, moduleId }) {
    const { cache, config } = this.ctx;
    const key = `${project.name}:${relative(config.root, moduleId)}`;
    if (!durations.has(key)) {
      const known = cache.getFileTestResults(key);
      if (known === undefined) return 0;
      durations.set(key, known.duration);
    }
    return durations.get(key);
  }
}
