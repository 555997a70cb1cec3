import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** Counts aloud what was skipped, and says what the machine lacks: a green run must not look like more than it is. */
export class Skipped implements Reporter {
  #vitest: Vitest | null = null;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const vitest = this.#vitest;
    // Who names tests wants the others left out.
    if (vitest === null || vitest.config.testNamePattern) return;
    const names = modules.flatMap(({ children }) =>
      [...children.allTests('skipped')].map(
        ({ fullName, module }) => `${module.relativeModuleId}: ${fullName}`,
      ),
    );
    if (names.length === 0) return;
    const lacking = new Set(vitest.projects.flatMap((project) => project.getProvidedContext().lacking));
    const why = lacking.size > 0 ? ` This machine lacks ${[...lacking].join(', ')}.` : '';
    vitest.logger.log(`\n${names.length} tests were skipped.${why}`);
    for (const name of names) vitest.logger.log(`  ${name}`);
  }
}
