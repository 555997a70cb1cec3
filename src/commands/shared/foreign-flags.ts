/**
 * Flags that other tools have, and what does the same here. None of them is like its counterpart in spelling, so that the
 * nearest name would mislead.
 */
const FOREIGN_FLAGS: ReadonlyMap<string, string> = new Map(
  (
    [
      [
        'budget max-price max-spend price-limit cost-limit limit spend',
        '--max-cost 0.50 is the most it may cost.',
      ],
      ['n', '-n 4 asks for four pictures.'],
      ['seed', 'No model here takes a seed: the same prompt gives another picture each time.'],
      [
        'steps cfg cfg-scale guidance guidance-scale sampler scheduler strength temperature stylize chaos weird tile iw sref cref niji q',
        'The models here have no such setting.',
      ],
      [
        'width height w h dimensions resolution px',
        '-s 2K asks for a size, -a 16:9 for a shape; --size-exact 1920x1080 crops to measures, --resize 800x600 brings to them.',
      ],
      ['ratio aspect-ratio ar shape orientation', '-a 16:9 asks for a shape.'],
      [
        'output outfile output-file output-dir out-dir outdir dir dest save save-to',
        '-o takes a file or a folder.',
      ],
      [
        'num num-images number number-of-images images samples n-images amount variations',
        '-n 4 asks for four pictures.',
      ],
      ['input reference ref init-image source', '-i photo.jpg adds an input image.'],
      ['negative-prompt no exclude', '--negative says what it must not show.'],
      ['file from-file prompts batch-file input-file', '--prompt-file reads the prompt from a file.'],
      ['message description', 'The prompt needs no flag: pixtab "a lighthouse at dusk"'],
      [
        'key k token api-token api-key',
        'Others can read a command line: pixtab auth login, GEMINI_API_KEY or --api-key-file holds the key.',
      ],
      ['url endpoint host api-base api-url', '--base-url is the address of the API.'],
      ['parallel threads workers jobs max-concurrency', '--concurrency 4 sends four at the same time.'],
      [
        'dryrun dry plan simulate what-if preview-cost price cost',
        '--dry-run says the price and sends nothing.',
      ],
      [
        'confirm assume-yes y no-confirm non-interactive batch-mode',
        '--yes never asks, --no-input asks nobody.',
      ],
      ['batch async cheap', '--lane batch buys at half the price, within a day.'],
      ['fast express', '--lane priority buys before others, where a model has it.'],
      ['engine provider v', '-m names the model.'],
      ['list-models', 'pixtab models lists them.'],
      ['no-color no-colour', '--color never prints without colours, and so does NO_COLOR=1.'],
      ['hd', '-s 2K asks for a larger picture.'],
      ['response-format', '--format webp converts the picture.'],
      ['system', 'The models here take one prompt.'],
      ['overwrite clobber replace', '--force overwrites existing files.'],
      ['f', '--prompt-file reads the prompt from a file, --force overwrites existing files.'],
      ['max-retries retry', '--retries 3 repeats what was not charged.'],
      ['silent s', '-q prints errors only.'],
      ['debug trace', '-v says more.'],
      ['test mock fake offline demo', '--sandbox answers with drawn placeholders, and nothing is spent.'],
      ['upscale enlarge', 'pixtab edit photo.jpg -p "…" -s 4K makes a picture anew at another size.'],
    ] as const
  ).flatMap(([flags, hint]) => flags.split(' ').map((flag) => [flag, hint] as const)),
);

/** What means something else in these commands, or is of use there alone. */
const OF_COMMANDS: readonly (readonly [commands: RegExp, flags: RegExp, hint: string])[] = [
  [
    /^apply$/,
    /^(?:dry-?run|dry|plan|simulate|what-if|check|diff)$/,
    'pixtab plan shows what apply would do, and what it would cost.',
  ],
  [/^(?:history|spend)$/, /^(?:limit|max|last|head|top)$/, '-n 10 shows ten rows.'],
  [/^(?:history|spend)$/, /^(?:from|after|start)$/, '--since yesterday, --since 7d, --since 2026-11.'],
  [/^(?:history|spend)$/, /^(?:to|before|end)$/, '--until yesterday, --until 2026-11.'],
  [
    /^(?:history|spend)$/,
    /^(?:today|yesterday|week|month|year|day)$/,
    '--since today, --since "this month".',
  ],
  [/^history$/, /^(?:csv|markdown)$/, 'pixtab spend --lines has a row for every line of every bill.'],
  [/^(?:history|spend)$/, /^(?:failed|errors)$/, '--refused shows what brought no picture.'],
  [/^chat$/, /^(?:continue|resume|c)$/, '--session sky goes on with the session of that name.'],
  [/^chat$/, /^(?:list|ls|sessions)$/, 'A session is named when it begins, and when it ends.'],
  [/^chat$/, /^json$/, 'pixtab edit --session sky -p "…" --json buys one turn of it.'],
  [/^models$/, /^(?:all|list|a)$/, 'pixtab models lists all of them.'],
  [/^models$/, /^(?:m|model)$/, 'A name needs no flag: pixtab models nano-banana-pro'],
  [/^sandbox$/, /^(?:p|listen)$/, '--port 4100 chooses the port.'],
  [/^(?:plan|apply|diff)$/, /^(?:manifest|config|c)$/, '-f names the manifest.'],
];

/** What does here what a flag does elsewhere, as a sentence; null where nothing is known. */
export function meantBy(flag: string, command: string): string | null {
  const name = (flag.split('=')[0] ?? '').replace(/^-+/, '').toLowerCase();
  const own = OF_COMMANDS.find(([commands, flags]) => commands.test(command) && flags.test(name));
  return own?.[2] ?? FOREIGN_FLAGS.get(name) ?? null;
}
