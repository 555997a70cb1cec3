import { inBash } from './bash.ts';
import { likeShown } from './volatile.ts';

// Plays the commands of a page in the order of the page, in one shell, against the sandbox:
//   ```console            "$ command" and what it prints; the output is written anew
//   ```sh                 commands that must end with 0, or with the code that a comment names: "# exit 12"
//   ```yaml pixtab.yaml   a file, there before the first command
//   <!-- before: … -->    a command that readers need not see
//   <!-- printed by: … --> above ```json: a command that prints the document, which is written anew, its lists cut short
// A block behind <!-- not run: why --> is left alone.

export interface Played {
  /** The page with what its commands print today. */
  readonly text: string;
  /** Commands that ended with another code than the page says, and what they printed. */
  readonly unexpected: readonly string[];
}

const BLOCK =
  /^<!-- before: (?<before>.+) -->$|(?:^<!-- (?:(?<notRun>not run)|printed by): (?<remark>.+) -->\n)?^```(?<language>\w+)(?: (?<file>\S+))?\n(?<content>[\s\S]*?)^```$/gm;

export async function played(page: string): Promise<Played> {
  await using bash = await inBash();
  const unexpected: string[] = [];
  const parts: string[] = [];
  let at = 0;
  for (const { groups: { file, content = '' } = {} } of page.matchAll(BLOCK)) {
    if (file !== undefined) await bash.write(file, content);
  }
  for (const block of page.matchAll(BLOCK)) {
    parts.push(page.slice(at, block.index), await replayed(block));
    at = block.index + block[0].length;
  }
  return { text: [...parts, page.slice(at)].join(''), unexpected };

  async function replayed({ 0: whole, groups = {} }: RegExpExecArray): Promise<string> {
    const { before, notRun, remark, language, content = '' } = groups;
    if (before !== undefined) await run(before);
    if (notRun !== undefined) return whole;
    if (language === 'sh') for (const command of commandsIn(content)) await run(command);
    if (language === 'console') return whole.replace(content, await conversation(content));
    if (remark !== undefined) return whole.replace(content, await document(remark, content));
    return whole;
  }

  async function conversation(content: string): Promise<string> {
    const lines: string[] = [];
    for (const { command, shown } of exchangesIn(content))
      lines.push(`$ ${command}`, ...likeShown(shown, await run(command), bash.ids));
    return `${lines.join('\n')}\n`;
  }

  async function document(command: string, content: string): Promise<string> {
    const printed = await run(`{ ${command}; } 2>/dev/null`);
    const lines = JSON.stringify(shortened(JSON.parse(printed.join('\n'))), null, 2).split('\n');
    return `${likeShown(content.trimEnd().split('\n'), lines, bash.ids).join('\n')}\n`;
  }

  async function run(command: string): Promise<readonly string[]> {
    const { code, lines } = await bash.run(command);
    const expected = Number(/# exit (\d+)/.exec(command)?.[1] ?? 0);
    if (code !== expected) unexpected.push([`$ ${command}`, ...lines, `[exit ${code}]`].join('\n'));
    return lines;
  }
}

/** Lines of a shell block, joined where one ends with a backslash. */
const commandsIn = (content: string): readonly string[] =>
  content
    .replaceAll('\\\n', '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));

function exchangesIn(content: string) {
  return content
    .split(/^\$ /m)
    .slice(1)
    .map((exchange) => {
      const [command = '', ...shown] = exchange.trimEnd().split('\n');
      return { command, shown };
    });
}

/** A document with the first member of every list, which the others are like. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shortened(member)]));
}
