import type { Part } from './part.ts';

/** What git should leave out, and how it should merge a lock; nothing outside of a repository. */
export const git: Part = {
  wants: async ({ repository }) =>
    repository === null
      ? []
      : [
          {
            from: 'here',
            path: '.gitignore',
            // The key, pictures that were put aside, and drafts of files that a killed process left.
            lines: ['.env', '.pixtab-trash/', '.pixtab-*.tmp'],
          },
          // Two branches that bought pictures both keep their lines.
          { from: 'here', path: '.gitattributes', lines: ['pixtab.lock merge=union linguist-generated'] },
        ],
};
