import { Writable } from 'node:stream';

/** A stream that takes itself for a terminal and knows what a person would see on it. */
export class Screen extends Writable {
  readonly isTTY = true;
  columns: number;
  /** Every byte that was written. */
  raw = '';
  readonly #rows = [''];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    super({ decodeStrings: false });
    this.columns = columns;
  }

  /** The lines as they stand there now, without empty ones at the end. */
  get lines(): readonly string[] {
    return this.#rows.slice(0, this.#rows.findLastIndex((line) => line.trim() !== '') + 1);
  }

  resize(columns: number): void {
    this.columns = columns;
    this.emit('resize');
  }

  cursorTo(column: number): void {
    this.write(`\u001B[${column + 1}G`);
  }

  moveCursor(_right: number, down: number): void {
    this.write(`\u001B[${-down}A`);
  }

  clearLine(): void {
    this.write('\u001B[0K');
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.raw += String(chunk);
    this.#draw(String(chunk));
    done();
  }

  /** Understands what spinners use: carriage return, line feed, moving by column and row, erasing to the end. */
  #draw(text: string): void {
    // eslint-disable-next-line no-control-regex -- the escape character is the point
    for (const [piece, numbers = '', command] of text.matchAll(/\u001B\[([?\d;]*)([A-Za-z])|[^]/gu)) {
      const count = Number(numbers || '1');
      if (command === 'G') this.#column = count - 1;
      else if (command === 'A') this.#row = Math.max(0, this.#row - count);
      else if (command === 'K') this.#rows[this.#row] = this.#here.slice(0, this.#column);
      else if (piece === '\r') this.#column = 0;
      else if (piece === '\n') this.#feed();
      else if (command === undefined) this.#put(piece);
    }
  }

  get #here(): string {
    return this.#rows[this.#row] ?? '';
  }

  #feed(): void {
    this.#row += 1;
    this.#column = 0;
    this.#rows[this.#row] ??= '';
  }

  #put(char: string): void {
    const line = this.#here.padEnd(this.#column);
    this.#rows[this.#row] = line.slice(0, this.#column) + char + line.slice(this.#column + 1);
    this.#column += 1;
  }
}

export const screen = (columns = 80): Screen => new Screen(columns);
