// https://learn.microsoft.com/windows/win32/fileio/naming-a-file (checked 2026-11-27).

/** Names that Windows keeps for devices, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;
// oxlint-disable-next-line no-control-regex -- Windows takes none of them.
const IMPOSSIBLE = /[<>:"|?*\u0000-\u001f]|[. ]$/;

/** Characters of a name. */
const LONGEST = 255;

export const isDevice = (name: string): boolean => DEVICE.test(name.replace(/ *\..*/s, ''));

/** The first name in a path that Windows does not take, or takes for something else; null where all are fine. */
export function notOnWindows(path: string): string | null {
  const names = path.replace(/^[a-z]:/i, '').split(/[/\\]/);
  const isWrong = (name: string): boolean =>
    !/^\.{0,2}$/.test(name) && (IMPOSSIBLE.test(name) || isDevice(name) || name.length > LONGEST);
  return names.find(isWrong) ?? null;
}
