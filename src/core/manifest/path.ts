/** Paths inside a project, written with slashes and starting at the folder of its manifest. */
export function joined(folder: string, path: string): string {
  if (isAbsolute(path)) return path;
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split(/[/\\]/)) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return isAbsolute(folder) ? `/${parts.join('/')}` : parts.join('/');
}

export const isAbsolute = (path: string): boolean => /^([/\\]|[A-Za-z]:[/\\])/.test(path);

/** "a/b.yaml" is in "a"; "b.yaml" in "". */
export function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return end === 0 ? '/' : path.slice(0, Math.max(end, 0));
}

/** Whether a joined path stays below the folder it starts from. */
export const staysInside = (path: string): boolean =>
  !isAbsolute(path) && path !== '' && !path.startsWith('..');
