import { useRef, useState } from 'preact/hooks';
import type { PageCommand } from '../core/page/types.ts';

/** How long a button says that it did what it is for. */
const SAID_MS = 2_000;

/** A command line and a button that copies it. */
export function Command({ label, line, note }: PageCommand) {
  const code = useRef<HTMLElement>(null);
  const [isCopied, setCopied] = useState(false);
  async function copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // A page in a file may not: what is selected can be copied by hand.
      if (code.current) getSelection()?.selectAllChildren(code.current);
      return;
    }
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MS);
  }
  return (
    <li class="command">
      <span>{label}</span>
      {line !== null && (
        <>
          <code ref={code}>{line}</code>
          <button type="button" aria-label={`Copy: ${label}`} onClick={() => void copy(line)}>
            {isCopied ? 'Copied' : 'Copy'}
          </button>
        </>
      )}
      {note !== null && <small>{note}</small>}
      <span class="unseen" role="status">
        {isCopied ? 'Copied' : ''}
      </span>
    </li>
  );
}
