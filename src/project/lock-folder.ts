import { Failure } from '../core/errors.ts';
import { folderOf } from '../core/manifest/path.ts';
import type { Deps } from '../ports/index.ts';

/** Most runs of apply end within this time; one that waits for lane batch may take a day. */
const PATIENCE_MS = 10 * 60_000;

const LOOK_MS = 250;

/**
 * Locks the folder of a manifest. Two runs at once would take each other's pictures for leftovers, so the second waits. Resolves to
 * a function that gives the folder back; throws Failure `unavailable` where it may not wait.
 */
export async function lockManifestFolder(
  file: string | undefined,
  { lockFolder, clock, stop }: Pick<Deps, 'lockFolder' | 'clock' | 'stop'>,
  { isPatient, onWait }: { readonly isPatient: boolean; readonly onWait: () => void },
): Promise<() => void> {
  const folder = file === undefined ? '' : folderOf(file);
  const until = clock.now() + PATIENCE_MS;
  for (let looks = 0; ; looks += 1) {
    const release = await lockFolder(folder);
    if (release !== null) return release;
    if (!isPatient || clock.now() >= until) throw busy();
    if (stop.aborted) throw new Failure('cancelled', 'Nothing was bought.', { charged: 'no' });
    if (looks === 0) onWait();
    await clock.sleep(LOOK_MS, stop).catch(() => undefined);
  }
}

const busy = (): Failure =>
  new Failure('unavailable', 'Another pixtab apply is at work in this folder.', {
    hint: 'Nothing was bought. Apply again when that one has ended.',
    charged: 'no',
  });
