import { seededRandom } from '../random.ts';
import { iso } from '../http/call.ts';
import { invalid, Problem } from '../http/problem.ts';
import { uploadedContent } from './content.ts';
import type { Content } from './content.ts';

export interface StoredFile {
  /** "files/abc" */
  readonly name: string;
  readonly displayName: string | undefined;
  readonly mimeType: string;
  readonly createdAt: number;
  readonly generated: boolean;
  readonly content: Content;
  /** What the first downloads get in place of it. */
  readonly early: Content[];
  /** null for files that the API made. */
  readonly bytes: Buffer | null;
  /** The key whose file it is. To any other key it does not exist. */
  readonly owner: string;
}

export interface NewFile {
  readonly name?: string | undefined;
  readonly displayName?: string | undefined;
  readonly mimeType: string;
}

/** The files of one key. */
export interface OwnFiles {
  upload(file: NewFile, bytes: Buffer): StoredFile;
  /** A file that the API made; the first downloads get what comes early. */
  generate(name: string, file: NewFile, content: Content, early: readonly Content[]): StoredFile;
  /** Throws the API's refusal where there is no such file, or it expired. */
  get(name: string): StoredFile;
  /** By the URI in a request, or its name. */
  find(uri: string): StoredFile | null;
  list(): readonly StoredFile[];
  remove(name: string): void;
}

/** Files of all keys; a name is taken for all of them. */
export interface Files {
  of(owner: string): OwnFiles;
  reset(): void;
}

export const noSuchFile = (name: string): Problem =>
  new Problem(
    'PERMISSION_DENIED',
    `You do not have permission to access the File ${name.replace(/^.*\//, '')} or it may not exist.`,
  );

/** Files are kept for two days: https://ai.google.dev/gemini-api/docs/files, checked 2026-11-22. */
const KEPT_MS = 48 * 60 * 60 * 1000;
/** Of all uploads of a key together. The real API keeps 20 GB; the sandbox keeps them in memory. */
const MOST_BYTES = 1024 ** 3;
const NAME = /^files\/[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

export function files(now: () => number, seed: number): Files {
  const stored = new Map<string, StoredFile>();
  const random = seededRandom(seed, 'files');

  const alive = (): StoredFile[] => [...stored.values()].filter((file) => now() - file.createdAt < KEPT_MS);
  function keep(file: StoredFile): StoredFile {
    stored.set(file.name, file);
    return file;
  }

  function ownFiles(owner: string): OwnFiles {
    const own = (): StoredFile[] => alive().filter((file) => file.owner === owner);
    const find = (name: string): StoredFile | null => own().find((file) => file.name === name) ?? null;
    return {
      upload(file, bytes) {
        const name = file.name === undefined || file.name === '' ? `files/${random.name(12)}` : file.name;
        if (!NAME.test(name)) throw invalid(`Invalid file name: ${name}`);
        if (alive().some((other) => other.name === name)) {
          throw new Problem('ALREADY_EXISTS', `File ${name} already exists.`);
        }
        const total = own().reduce((sum, each) => sum + (each.bytes?.length ?? 0), bytes.length);
        if (total > MOST_BYTES)
          throw new Problem('RESOURCE_EXHAUSTED', 'You have exceeded the file storage quota.');
        const { displayName, mimeType } = file;
        const content = uploadedContent(bytes);
        return keep({
          name,
          displayName,
          mimeType,
          createdAt: now(),
          generated: false,
          content,
          early: [],
          bytes,
          owner,
        });
      },
      generate: (name, { displayName, mimeType }, content, early) =>
        keep({
          name,
          displayName,
          mimeType,
          createdAt: now(),
          generated: true,
          content,
          early: [...early],
          bytes: null,
          owner,
        }),
      get(name) {
        const file = find(name);
        if (file) return file;
        throw noSuchFile(name);
      },
      find(uri) {
        const [name] = /files\/[a-z0-9-]+$/.exec(uri) ?? [];
        return name === undefined ? null : find(name);
      },
      list: own,
      remove: (name) => void stored.delete(name),
    };
  }

  return { of: ownFiles, reset: () => stored.clear() };
}

/** As the API shows a file. Numbers of bytes are strings, the hash is base64 of its hexadecimal digits. */
export async function describe(file: StoredFile, origin: string): Promise<unknown> {
  return {
    name: file.name,
    ...(file.displayName !== undefined && { displayName: file.displayName }),
    mimeType: file.mimeType,
    sizeBytes: String(await file.content.size()),
    createTime: iso(file.createdAt),
    updateTime: iso(file.createdAt),
    expirationTime: iso(file.createdAt + KEPT_MS),
    sha256Hash: Buffer.from(await file.content.sha256()).toString('base64'),
    uri: `${origin}/v1beta/${file.name}`,
    ...(file.generated && { downloadUri: `${origin}/download/v1beta/${file.name}:download?alt=media` }),
    state: 'ACTIVE',
    source: file.generated ? 'GENERATED' : 'UPLOADED',
  };
}
