/**
 * Words that other tools have as commands, and what they mean here. Whoever types one of them did not mean a picture
 * of it.
 */
export const FOREIGN_WORDS: ReadonlyMap<string, string> = new Map(
  (
    [
      ['list ls', 'pixtab models lists what can be bought, pixtab batch list the jobs.'],
      ['show get info describe', 'pixtab models shows a model, pixtab receipt what a picture cost.'],
      ['cost costs usage log logs billing', 'pixtab spend shows what was spent.'],
      ['price quote', 'pixtab estimate says what a picture costs.'],
      ['set limit limits', 'pixtab budget set 20/month sets a limit.'],
      ['status health check ping whoami', 'pixtab doctor says whether everything is in order.'],
      [
        'login logout signin key keys token account',
        'The key is in GEMINI_API_KEY; .env.example names every variable.',
      ],
      ['setup configure settings preferences', 'pixtab config lists settings, and sets them.'],
      ['version', 'pixtab --version says it.'],
      ['upgrade update install uninstall self-update', 'npm installs and updates pixtab.'],
      [
        'gen create new make draw image images img picture imagine',
        'pixtab generate "a lighthouse" makes one.',
      ],
      ['edit-image upscale resize variation variations', 'pixtab edit photo.jpg -p "…" changes a picture.'],
      [
        'run start serve server web ui',
        'pixtab apply buys what a manifest lists, pixtab sandbox serves a stand-in.',
      ],
      ['undo redo retry resume rerun', 'pixtab recover finishes what was interrupted.'],
      ['delete remove rm clear reset clean purge', 'pixtab removes nothing that was paid for.'],
      ['add import export', 'A manifest lists pictures: pixtab plan --help.'],
      ['exit quit bye q', 'Nothing is running here: pixtab ends by itself.'],
      ['man usage? commands', 'pixtab --help shows the commands.'],
    ] as const
  ).flatMap(([words, hint]) => words.split(' ').map((word) => [word, hint] as const)),
);
