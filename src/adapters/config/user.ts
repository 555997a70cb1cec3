import { userInfo } from 'node:os';

/** Who is at work, for what somebody says about money. Not everybody has a name: a container may know a number alone. */
export function userHere(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return userInfo().username;
  } catch {
    return env['USER'] ?? env['USERNAME'] ?? 'unknown';
  }
}
