import { isAbsolute, resolve } from 'node:path';
import { findModel, isAuto } from '../../core/catalogue/catalogue.ts';
import { usageFailure } from '../../core/errors.ts';
import { PREFERENCES, type Preference } from '../../core/preferences.ts';
import { mustBeKeyName } from '../../core/providers/keys.ts';
import { nearest } from '../../core/text/nearest.ts';
import { printable } from '../../core/text/text.ts';
import type { Deps } from '../../ports/index.ts';
import { settingParsed } from '../shared/apply-settings.ts';
import { flag } from '../shared/flags.ts';
import { list } from '../shared/parse-flags.ts';
import { routeFlag } from '../shared/route-flag.ts';

const isPreference = (name: string): name is Preference => PREFERENCES.some((one) => one === name);

/** The names that lead to a setting: "gateways.work.address" is three. */
export const namesIn = (text: string): readonly string[] => text.replace(/^--/, '').split('.');

/** Failure `usage` for a name that no file of settings can have. */
export function mustBeSetting(names: readonly string[]): void {
  const [name = ''] = names;
  if (
    names.length === 1 ? isPreference(name) || name === 'api-key' || name === 'gateways' : name === 'gateways'
  )
    return;
  const meant = nearest(names.join('.'), [...PREFERENCES, 'api-key']);
  throw usageFailure(
    `"${printable(names.join('.'))}" is no setting${meant ? `; "${meant}" is` : ''}.`,
    `Settings: ${PREFERENCES.join(', ')}, and gateways.<name>.<key>.`,
    'pixtab config list',
  );
}

/** A value as a file has it, checked as closely as on a command line. */
export async function checkedValue(
  names: readonly string[],
  text: string,
  { cwd, overlay }: Pick<Deps, 'cwd' | 'overlay'>,
): Promise<unknown> {
  const [name = ''] = names;
  if (name === 'api-key') {
    throw usageFailure(
      'A key on the command line would stay in the history of the shell, where others find it.',
      'pixtab auth login asks for it, and keeps it where keys are kept.',
    );
  }
  if (name === 'gateways') return valueIn(text);
  // What is no setting, the reader of the file refuses: it knows what was meant.
  if (names.length > 1 || !isPreference(name)) return text;
  const option = [...Object.values(flag), routeFlag]
    .map((make) => make())
    .find(({ long }) => long === `--${name}`);
  if (option) settingParsed(option, text, 'config set');
  if (name === 'key') mustBeKeyName(text, 'key');
  if (name === 'model' && !isAuto(text)) findModel(text);
  if (name === 'fallback') list(text).forEach((model) => findModel(model));
  if (name !== 'prices') return text;
  // A path in a file starts where the file is, and on a command line where the user is.
  const path = isAbsolute(text) ? text : resolve(cwd, text);
  await overlay(path);
  return path;
}

/** What a gateway takes beside text is written as in the file: true, 120, {"files": true}. */
function valueIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
