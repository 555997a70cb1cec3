import type { Profile } from './profile.ts';

export const GOOGLE: Profile = {
  name: 'google',
  title: 'Google',
  wire: 'google',
  can: { files: true, batch: true, predict: true },
  sandbox: false,
};
