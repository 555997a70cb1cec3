/** Paths inside a project, written with slashes and starting at the folder of its manifest. */
export function joined(folder: string, path: string): string {
  if (isAbsolute(path)) return path;
  const root = ROOT.exec(folder)?.[0] ?? '';
  const parts: string[] = [];
  for (const part of `${folder.slice(root.length)}/${path}`.split(/[/\\]/)) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return root.replaceAll('\\', '/') + parts.join('/');
}

/** Where a whole path starts: `/`, `C:\` of a drive, or `\\` before the name of another machine. */
const ROOT = /^(?:[A-Za-z]:[/\\]|\\\\|[/\\])/;

export const isAbsolute = (path: string): boolean => ROOT.test(path);

/** "a/b.yaml" is in "a"; "b.yaml" in "". */
export function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  const root = ROOT.exec(path)?.[0] ?? '';
  return end < root.length ? root : path.slice(0, end);
}

/** Whether a joined path stays below the folder it starts from. */
export const staysInside = (path: string): boolean =>
  !isAbsolute(path) && path !== '' && !path.startsWith('..');
