// What bench/mutation.mjs adds to Stryker.
import { relative } from 'node:path';

/** Says of a survivor as soon as it is found: a folder may take an hour. */
class Survivors {
  onMutantTested({ status, fileName, location, mutatorName, replacement }) {
    if (status !== 'Survived' && status !== 'NoCoverage') return;
    const { line, column } = location.start;
    const change = replacement.replaceAll(/\s+/g, ' ').slice(0, 100);
    console.log(`${status} ${relative('', fileName)}:${line}:${column} ${mutatorName} → ${change}`);
  }
}

/** Stryker numbers its mutants in the order of the source. */
export const isSampled = ({ id }, every) => Number(id) % every === 0;

/** Leaves mutants out: one that a checker does not pass is not tried. */
class Sample {
  #every = Number(process.env.PIXTAB_MUTATION_EVERY);

  async init() {}

  async check(mutants) {
    const results = mutants.map((mutant) => [
      mutant.id,
      isSampled(mutant, this.#every)
        ? { status: 'passed' }
        : { status: 'compileError', reason: 'not asked for' },
    ]);
    return Object.fromEntries(results);
  }

  group(mutants) {
    return [mutants.map(({ id }) => id)];
  }
}

export const strykerPlugins = [
  { kind: 'Reporter', name: 'survivors', injectableClass: Survivors },
  { kind: 'Checker', name: 'sample', injectableClass: Sample },
];
