import { usageFailure } from '../errors.ts';
import { GOOGLE } from './google.ts';
import type { Profile } from './profile.ts';
import { SANDBOX } from './sandbox.ts';

/** What a key is called that the user gave no name. */
export const USUAL_KEY = 'default';

/** Under whose name the keys of a provider are kept: a relay that is only an address is given Google's. */
export function keyHolder({ name, key, sandbox }: Pick<Profile, 'name' | 'key' | 'sandbox'>): string {
  if (sandbox) return SANDBOX.name;
  return key.variables === GOOGLE.key.variables ? GOOGLE.name : name;
}

/** Somebody may give the key itself, which is longer, and which nobody is shown. */
export const isKeyName = (text: string): boolean => /^[\w.-]{1,30}$/.test(text);

/** Failure `usage` where it is no name. */
export function mustBeKeyName(name: string, from: string): void {
  if (isKeyName(name)) return;
  throw usageFailure(
    `${from} takes the name of a key, of up to 30 letters and digits, and never the key itself.`,
  );
}
