import { GOOGLE } from './google.ts';
import type { Profile } from './profile.ts';

/** The sandbox plays Google, words included. */
export const SANDBOX: Profile = { ...GOOGLE, name: 'sandbox', address: null, sandbox: true };

/** The gateways that the sandbox plays by their own names. */
const PLAYED: ReadonlySet<string> = new Set(['new-api', 'litellm', 'cloudflare', 'openrouter']);

/** Whom the sandbox plays for a provider: itself, or one that speaks as it does. */
export function playedAs({ name, wire, can }: Pick<Profile, 'name' | 'wire' | 'can'>): string {
  if (PLAYED.has(name)) return name;
  if (wire === 'chat') return 'openrouter';
  return can.files ? GOOGLE.name : 'new-api';
}
