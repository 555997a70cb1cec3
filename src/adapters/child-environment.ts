import { dirname } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** A name that ends so holds a secret. Git's own variables such as GIT_CONFIG_KEY_0 do not. */
const SECRET = /(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS)$/i;

/** The environment for a program that pixtab starts: no key is any business of git's, or of a viewer's. */
export const childEnvironment = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !SECRET.test(name)));

/** Where programs are started: Windows looks for them in the working folder first, and that is anybody's. */
export const NOBODYS_FOLDER = dirname(process.execPath);
