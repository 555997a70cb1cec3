import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { unknownIn } from '../../../src/adapters/config/variables.ts';
import { PREFERENCES, variableOf } from '../../../src/core/preferences.ts';

const text = await readFile(new URL('../../../.env.example', import.meta.url), 'utf8');
/** Every variable in it, those behind a # as well. */
const all = parseEnv(text.replace(/^# (?=[A-Z_]+=)/gm, ''));

describe('.env.example', () => {
  it('sets nothing as it stands', () => {
    expect(parseEnv(text)).toEqual({ GEMINI_API_KEY: '' });
  });

  it('explains every preference and knows no other', () => {
    for (const name of PREFERENCES) expect(all).toHaveProperty(variableOf(name));
    expect(unknownIn(all, '')).toEqual([]);
  });

  it.each(['PIXTAB_BASE_URL', 'GOOGLE_GEMINI_BASE_URL', 'PIXTAB_HOME', 'HTTPS_PROXY'])(
    'says that %s counts in the environment alone',
    (name) => {
      expect(text.indexOf(`# ${name}=`)).toBeGreaterThan(text.indexOf('environment only: ignored in .env'));
    },
  );
});
