export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

export interface Progress {
  update(text: string): void;
  /** Removes the line. */
  stop(): void;
  /** Whether anybody sees it. */
  readonly isShown: boolean;
}

export interface Terminal {
  /** One line of data on stdout. */
  out(line: string): void;
  /** One line on stdout that people read: a terminal breaks it between words. */
  text(line: string): void;
  /** One line of JSON on stdout, with --events alone. */
  event(facts: Readonly<Record<string, unknown>>): void;
  /** Bytes on stdout, for `-o -`; resolves when they are taken. Failure `disk` when they could not be written. */
  bytes(data: Uint8Array): Promise<void>;
  /**
   * Resolves when stdout has taken every line; Failure `disk` when it could not (a full disk behind `>`). A reader that
   * went away, as `head` does, is no failure.
   */
  flush(): Promise<void>;
  /** One line for people on stderr; silent with --quiet. */
  note(line: string): void;
  /** As `note`, only with --verbose. */
  detail(line: string): void;
  /** One line on stderr, also with --quiet. */
  alarm(line: string): void;
  /** A mark on the page of a GitHub Actions run; elsewhere nothing. */
  annotate(level: 'error' | 'warning', message: string): void;
  /** Markdown for the page of a GitHub Actions run; elsewhere nothing. */
  summarise(markdown: string): void;
  /** A spinner where stderr is a terminal, else nothing. Without a text it hides the others until it stops. */
  progress(text: string): Progress;
  style(style: Style, text: string): string;
  /** A hint as it is said to people. */
  reworded(line: string): string;
  readonly stdoutIsTerminal: boolean;
  readonly stdinIsTerminal: boolean;
  /** Standard input comes from another program or from a file, so that a prompt may stand there. */
  readonly stdinIsPiped: boolean;
  /** Columns to lay a table out in. */
  readonly columns: number;
}

export interface TerminalOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: 'auto' | 'always' | 'never';
  /** stdout gets events, a line of JSON each, and the document as the last of them. */
  readonly events?: boolean;
  /** What is said to people is said like this. */
  readonly reworded?: (line: string) => string;
}
