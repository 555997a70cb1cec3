import { createInterface } from 'node:readline';
import { Writable, type Readable } from 'node:stream';
import { Failure } from '../../core/errors.ts';

/** Asks for a line that nobody sees. Failure `cancelled` where the user leaves. */
export async function askSecret(
  question: string,
  { stdin, stderr }: { readonly stdin: Readable; readonly stderr: Writable },
): Promise<string> {
  // The reader of lines needs somewhere to show what is typed.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0 });
  stderr.write(question);
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => lines.close());
      lines.once('close', () => reject(new Failure('cancelled', 'Cancelled.')));
    });
  } finally {
    lines.close();
    stderr.write('\n');
  }
}
