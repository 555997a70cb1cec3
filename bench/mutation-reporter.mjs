// Says of a survivor as soon as Stryker finds it, for bench/mutation.mjs: a folder may take an hour.
import { relative } from 'node:path';

class Survivors {
  onMutantTested({ status, fileName, location, mutatorName, replacement }) {
    if (status !== 'Survived' && status !== 'NoCoverage') return;
    const { line, column } = location.start;
    const change = replacement.replaceAll(/\s+/g, ' ').slice(0, 100);
    console.log(`${status} ${relative('', fileName)}:${line}:${column} ${mutatorName} → ${change}`);
  }
}

export const strykerPlugins = [{ kind: 'Reporter', name: 'survivors', injectableClass: Survivors }];
