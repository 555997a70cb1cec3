/**
 * Words that other tools have as commands, and what they mean here. Whoever types one of them did not mean a picture
 * of it, nor of it and the words behind it.
 */
export const FOREIGN_WORDS: ReadonlyMap<string, string> = new Map(
  (
    [
      ['list ls', 'pixtab models lists what can be bought, pixtab batch list the jobs.'],
      ['show get info describe', 'pixtab models shows a model, pixtab receipt what a picture cost.'],
      ['cost costs usage billing', 'pixtab spend shows what was spent.'],
      ['log logs', 'pixtab history lists what was bought, pixtab spend says what was spent.'],
      ['price quote', 'pixtab estimate says what a picture costs.'],
      ['set limit limits', 'pixtab budget set 20/month sets a limit.'],
      ['status health check ping whoami', 'pixtab doctor says whether everything is in order.'],
      [
        'login logout signin key keys token account',
        'pixtab auth login keeps a key, pixtab auth logout lets it go, pixtab auth status says which one counts.',
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
      ['prune vacuum gc', 'pixtab forget lets old prompts go, pixtab apply --prune pictures.'],
      ['cache', 'pixtab doctor says where it is; it may be deleted freely.'],
      ['txt2img img2img text2image dream', 'pixtab generate "a lighthouse" makes one.'],
      ['inpaint outpaint remix vary', 'pixtab edit photo.jpg -p "…" changes a picture.'],
      ['cancel abort kill', 'pixtab batch cancel ends a job; Ctrl-C ends what runs.'],
      ['download pull fetch', 'pixtab batch fetch brings what jobs have made.'],
      ['submit', '--lane batch submits a job: pixtab "a lighthouse" -n 50 --lane batch'],
      ['add import export', 'A manifest lists pictures: pixtab plan --help.'],
      ['exit quit bye q', 'Nothing is running here: pixtab ends by itself.'],
      ['man usage? commands', 'pixtab --help shows the commands.'],
    ] as const
  ).flatMap(([words, hint]) => words.split(' ').map((word) => [word, hint] as const)),
);

/** Such words that are things too: alone they are no picture, and with more behind them they are. */
export const FOREIGN_NOUNS: ReadonlyMap<string, string> = new Map(
  (
    [
      ['templates template presets preset', 'pixtab prompt keeps prompts to use again.'],
      [
        'sessions conversations',
        'pixtab session lists them; pixtab chat --session sky goes on with that one.',
      ],
      ['jobs job tasks', 'pixtab batch lists the jobs.'],
      ['budgets allowance credits balance', 'pixtab budget shows what may be spent, pixtab spend what was.'],
      ['invoice invoices bill', 'pixtab reconcile compares an invoice with the ledger.'],
      ['runs requests', 'pixtab history lists what was bought.'],
      ['api plugins plugin extensions extension alias aliases', 'pixtab has no such command.'],
      ['docs documentation tutorial about examples', 'pixtab --help shows the commands.'],
      ['lanes', 'pixtab generate --help says what each lane costs, and how long it takes.'],
      ['gateways providers', 'pixtab doctor --gateway litellm tries one; docs/gateways.md lists them.'],
      ['pricing plans', 'pixtab models lists what pictures cost, pixtab estimate says it of one.'],
      [
        'open view preview display',
        '--open and --preview show a picture when it is made; pixtab history says where it is.',
      ],
      ['pictures photos photo outputs results', 'pixtab history lists what was bought, and where it is.'],
      ['stop pause wait', 'pixtab batch cancel ends a job; Ctrl-C ends what runs.'],
      ['ask talk interactive repl shell', 'pixtab chat goes on from picture to picture.'],
      ['me user profile', 'pixtab auth status says which key counts.'],
      ['yes no y n ok', 'Nothing was asked.'],
      ['test debug', '--sandbox tries everything, and nothing is spent.'],
    ] as const
  ).flatMap(([words, hint]) => words.split(' ').map((word) => [word, hint] as const)),
);
