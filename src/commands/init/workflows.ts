import type { Part, Seen } from './part.ts';

const FOLDER = '.github/workflows';

/** Workflows of GitHub Actions: what a pull request costs, and pictures at half the price every night. */
export const workflows: Part = {
  async wants(seen) {
    if (seen.repository === null || !(await isOnGitHub(seen))) return [];
    const name =
      seen.below === '' ? 'pixtab' : `pixtab-${seen.below.slice(0, -1).replaceAll(/[^\w-]+/g, '-')}`;
    const isPackage = await hasPixtab(seen);
    return [
      { from: 'repository', path: `${FOLDER}/${name}-cost.yml`, text: costWorkflow(seen, isPackage) },
      {
        from: 'repository',
        path: `${FOLDER}/${name}-nightly.yml`,
        text: nightlyWorkflow(seen, isPackage, name),
      },
    ];
  },
};

/** Another host is seen by its own files, and by where the repository was cloned from. */
async function isOnGitHub({ repository }: Seen): Promise<boolean> {
  if (repository === null) return false;
  if ((await repository.kindOf('.github')) === 'other') return true;
  if ((await repository.kindOf('.gitlab-ci.yml')) === 'file') return false;
  const remotes = (await repository.text('.git/config').catch(() => null))?.match(/^\s*url = .+$/gm) ?? [];
  return remotes.length === 0 || remotes.some((url) => url.includes('github.com'));
}

/** Whether the packages of the working directory bring pixtab, as npm locked them. */
async function hasPixtab({ here }: Seen): Promise<boolean> {
  const lock = await here.text('package-lock.json');
  return lock?.includes('"node_modules/pixtab"') ?? false;
}

const install = (isPackage: boolean, version: string): string =>
  isPackage ? 'npm ci' : `npm install --no-save --prefix .pixtab-bin pixtab@${version}`;

/** A text in YAML, whatever a folder is called. */
const yaml = (text: string): string => JSON.stringify(text);

function costWorkflow({ below, version }: Seen, isPackage: boolean): string {
  const home = isPackage ? `${below}node_modules` : '.pixtab-bin/node_modules';
  return `# What a pull request costs: one comment, which is kept up to date. It buys nothing, and needs no key.
name: Cost of pictures
on:
  pull_request:
    paths: [${yaml(`${below}pixtab.*`)}]
permissions: { contents: read, pull-requests: write }
jobs:
  cost:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: { fetch-depth: 0 }   # the revision that it is compared with
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - run: ${install(isPackage, version)}${isPackage && below !== '' ? `\n        working-directory: ${yaml(below)}` : ''}
      - uses: ${yaml(`./${home}/pixtab`)}
        with:
          pixtab: ${yaml(`./${home}/.bin/pixtab`)}${below === '' ? '' : `\n          manifest: ${yaml(`${below}pixtab.yaml`)}`}
          fail-over: "1.00"        # dollars; leave it out, and the comment says it all the same
`;
}

function nightlyWorkflow({ below, version }: Seen, isPackage: boolean, name: string): string {
  const pixtab = isPackage ? 'npx pixtab' : '"$RUNNER_TEMP/.pixtab-bin/node_modules/.bin/pixtab"';
  const prefix = install(isPackage, version).replace('.pixtab-bin', '"$RUNNER_TEMP/.pixtab-bin"');
  return `# What the manifest lacks, every night at half the price; each run puts in place what the one before ordered.
# It needs the secret GEMINI_API_KEY of the repository: a key with billing, from https://aistudio.google.com/apikey
name: Pictures of the night
on:
  schedule: [{ cron: "0 3 * * *" }]
  workflow_dispatch:
permissions: { contents: write }
concurrency: ${name}             # two at once would order twice
jobs:
  pictures:
    runs-on: ubuntu-latest${below === '' ? '' : `\n    defaults: { run: { working-directory: ${yaml(below)} } }`}
    env:
      PIXTAB_HOME: /home/runner/pixtab   # the ledger, which knows what was ordered, and the store
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - uses: actions/cache/restore@v4
        with: { path: "\${{ env.PIXTAB_HOME }}", key: "${name}-\${{ github.run_id }}", restore-keys: ${name}- }
      - run: ${prefix}
      - run: |                     # 12: the rest comes next time
          ${pixtab} apply --lane batch --max-cost 5 || [ $? -eq 12 ]
        env: { GEMINI_API_KEY: "\${{ secrets.GEMINI_API_KEY }}" }   # for this step alone
      - uses: actions/cache/save@v4
        if: always()               # what was ordered must be remembered, whatever failed
        with: { path: "\${{ env.PIXTAB_HOME }}", key: "${name}-\${{ github.run_id }}-\${{ github.run_attempt }}" }
      - if: always()               # what came is committed, also where something else did not
        run: |
          git config user.name pixtab && git config user.email pixtab@users.noreply.github.com
          git add .
          git diff --cached --quiet || { git commit -m "Pictures of the night" && git push; }
`;
}
