// In place of node-gyp-build, which looks through folders for what the driver of SQLite is compiled to.
import { dirname, join } from 'node:path';
import { arch, dlopen, getBuiltinModule, platform } from 'node:process';
import { isNonGlibcLinuxSync } from 'detect-libc';

/** What the bundle has beside it for this platform; where it has nothing, what Node brings: the same calls, since 22.16. */
// oxlint-disable-next-line import/no-default-export -- that is how the driver asks for it
export default function driver() {
  const compiled = { exports: {} };
  const libc = platform === 'linux' && isNonGlibcLinuxSync() ? 'musl' : 'glibc';
  const file = join(dirname(__filename), 'sqlite', `${platform}-${arch}-${libc}.node`);
  try {
    dlopen(compiled, file);
    return compiled.exports;
  } catch (error) {
    const own = getBuiltinModule('node:sqlite');
    if (own === undefined) throw error;
    return own;
  }
}
