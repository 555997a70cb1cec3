import { GOOGLE } from './google.ts';
import type { Profile } from './profile.ts';

/** The sandbox plays Google, words included. */
export const SANDBOX: Profile = { ...GOOGLE, name: 'sandbox', address: null, sandbox: true };
