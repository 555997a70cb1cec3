import type { Written } from '../../core/manifest/problem.ts';
import type { Tree } from '../../ports/index.ts';

/** What the lines of a file say, piece by piece; blank ones and those that begin with # are left out. `line` counts from 1. */
export async function* linesIn(
  path: string,
  tree: Tree,
  read: (text: string, line: number) => Written,
): AsyncGenerator<readonly Written[]> {
  let line = 0;
  for await (const piece of tree.lines(path)) {
    const written: Written[] = [];
    for (const text of piece) {
      line += 1;
      if (text.trim() !== '' && !text.startsWith('#')) written.push(read(text, line));
    }
    yield written;
  }
}
