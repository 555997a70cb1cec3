import sharp from 'sharp';

/** What is known of the terminal that a picture is shown in. */
export interface Screen {
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

type Way = 'kitty' | 'iterm' | 'blocks';

/** A picture as text that draws it; null where there is no terminal to draw in. */
export async function drawn(bytes: Uint8Array, screen: Screen): Promise<string | null> {
  if (!screen.isTerminal || screen.env['TERM'] === 'dumb') return null;
  const columns = Math.max(1, Math.min(screen.columns || WIDEST, WIDEST));
  return DRAW[wayOf(screen.env)](bytes, columns, screen.env);
}

const WIDEST = 80;

/** By what terminals say of themselves; a multiplexer in between passes neither protocol on. */
function wayOf(env: Screen['env']): Way {
  const { TERM = '', TERM_PROGRAM = '' } = env;
  if (env['TMUX'] || /^(?:screen|tmux)/.test(TERM)) return 'blocks';
  if (env['KITTY_WINDOW_ID'] || /kitty|ghostty/.test(TERM) || TERM_PROGRAM === 'ghostty') return 'kitty';
  if (TERM_PROGRAM === 'iTerm.app' || TERM_PROGRAM === 'WezTerm' || env['LC_TERMINAL'] === 'iTerm2')
    return 'iterm';
  return 'blocks';
}

const DRAW: Record<Way, (bytes: Uint8Array, columns: number, env: Screen['env']) => Promise<string>> = {
  kitty,
  iterm: async (bytes, columns) => {
    const data = Buffer.from(bytes).toString('base64');
    // https://iterm2.com/documentation-images.html, checked 2026-11-22
    return `\u001B]1337;File=inline=1;size=${bytes.byteLength};width=${columns};preserveAspectRatio=1:${data}\u0007`;
  },
  blocks,
};

const PIXELS_A_COLUMN = 10;
const PIECE = 4096;

// https://sw.kovidgoyal.net/kitty/graphics-protocol/, checked 2026-11-22
async function kitty(bytes: Uint8Array, columns: number): Promise<string> {
  const png = await sharp(bytes)
    .autoOrient()
    .resize({ width: columns * PIXELS_A_COLUMN, withoutEnlargement: true })
    .png()
    .toBuffer();
  const pieces = png.toString('base64').match(new RegExp(`.{1,${PIECE}}`, 'g')) ?? [];
  return pieces
    .map((piece, index) => {
      const head = index === 0 ? `a=T,f=100,c=${columns},` : '';
      return `\u001B_G${head}m=${index === pieces.length - 1 ? 0 : 1};${piece}\u001B\\`;
    })
    .join('');
}

/** Two pixels a character: the upper half in its colour, the lower in that of the ground. */
async function blocks(bytes: Uint8Array, columns: number, env: Screen['env']): Promise<string> {
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize({ width: columns, height: columns, fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const color = /truecolor|24bit/.test(env['COLORTERM'] ?? '') || env['WT_SESSION'] ? rgb : cube;
  const at = (x: number, y: number): string => {
    const start = (y * info.width + x) * info.channels;
    const [red = 0, green = red, blue = red] = data.subarray(start, start + Math.min(3, info.channels));
    return color(red, green, blue);
  };
  const rows = Array.from({ length: Math.ceil(info.height / 2) }, (_, row) => {
    const cells = Array.from({ length: info.width }, (_, x) => {
      const lower = row * 2 + 1 < info.height ? `\u001B[48;${at(x, row * 2 + 1)}m` : '';
      return `\u001B[38;${at(x, row * 2)}m${lower}▀`;
    });
    return `${cells.join('')}\u001B[0m`;
  });
  return rows.join('\n');
}

const rgb = (red: number, green: number, blue: number): string => `2;${red};${green};${blue}`;

/** The nearest of the 216 colours that every terminal of the last decades has. */
const cube = (red: number, green: number, blue: number): string => {
  const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) => Math.round((value / 255) * 5));
  return `5;${16 + 36 * r + 6 * g + b}`;
};
