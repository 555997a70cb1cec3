import type { Terminal } from '../../ports/index.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What a run of GitHub Actions shows beside its log; elsewhere nothing.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands, checked 2026-11-27
 */
export function workflow(env: Env, write: (text: string) => void): Pick<Terminal, 'annotate' | 'summarise'> {
  if (env['GITHUB_ACTIONS'] !== 'true') return { annotate() {}, summarise() {} };
  return {
    annotate: (level, message) => write(`::${level} title=pixtab::${escaped(message)}\n`),
    summarise(markdown) {
      const file = env['GITHUB_STEP_SUMMARY'];
      if (!file) return;
      try {
        process.getBuiltinModule('node:fs').appendFileSync(file, `${markdown}\n`);
      } catch {
        // The log says the same, and a purchase does not fail for its page.
      }
    },
  };
}

const escaped = (message: string): string =>
  message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
