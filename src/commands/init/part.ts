import type { Tree } from '../../ports/index.ts';

/** What `init` can see of the place where it runs, so that it need not ask. */
export interface Seen {
  readonly version: string;
  /** Files of the working directory. */
  readonly here: Tree;
  /** Files of the git repository, whose paths start at its root; null outside of one. */
  readonly repository: Tree | null;
  /** The working directory below the root of the repository, with a slash at the end; empty at the root itself. */
  readonly below: string;
}

/** Where a path starts: at the working directory, or at the root of the repository. */
export type Start = 'here' | 'repository';

/** A file that is to be there, whole; one that is there already stays as it is. */
interface WantedFile {
  readonly from: Start;
  readonly path: string;
  readonly text: string;
}

/** Lines that are to be in a file. Those that are missing are added at its end. */
interface WantedLines {
  readonly from: Start;
  readonly path: string;
  readonly lines: readonly string[];
}

/** A section of a file in Markdown. One that has this heading already stays as it is; others are added at the end. */
interface WantedSection {
  readonly from: Start;
  readonly path: string;
  readonly section: { readonly heading: string; readonly text: string };
}

export type Wanted = WantedFile | WantedLines | WantedSection;

/** One part of what `init` prepares. */
export interface Part {
  readonly wants: (seen: Seen) => Promise<readonly Wanted[]>;
}
