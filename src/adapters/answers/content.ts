import type { ReplyImage } from '../../core/order/reply.ts';
import { findsIn } from './finds.ts';
import type { Find } from './types.ts';
import { picturesInText } from './picture-text.ts';
import { isWhole } from './whole-picture.ts';

/** What an answer brings, in whatever form. */
export interface Content {
  readonly pictures: readonly ReplyImage[];
  /** The text around them. */
  readonly words: string;
  /** Addresses of pictures. */
  readonly links: readonly string[];
  /** What may be a picture and could not be read; null for one without good bytes. */
  readonly unread: readonly (string | null)[];
  /** A picture came inside of a text. */
  readonly isText: boolean;
}

/** Everything in the documents of an answer. Of an answer that was cut off, only pictures that are whole are pictures. */
export function contentOf(documents: readonly unknown[], cut: boolean): Content {
  const pictures: ReplyImage[] = [];
  const words: string[] = [];
  const links: string[] = [];
  const unread: (string | null)[] = [];
  let isText = false;
  const take = (find: Find): void => {
    if (find.kind === 'link') links.push(find.url);
    else if (find.kind === 'unread') unread.push(find.what);
    else if (find.kind === 'picture' && cut && !isWhole(find.bytes)) unread.push(null);
    else if (find.kind === 'picture') pictures.push({ mimeType: find.mimeType, bytes: find.bytes });
  };
  for (const find of joined(documents.flatMap(findsIn))) {
    if (find.kind !== 'words') {
      take(find);
      continue;
    }
    const { words: rest, finds } = picturesInText(find.text);
    words.push(rest);
    isText ||= finds.some(({ kind }) => kind === 'picture');
    for (const inner of finds) take(inner);
  }
  return { pictures, words: words.join(''), links: [...new Set(links)], unread, isText };
}

/** Streams send a text, and a picture inside of it, in pieces. */
function joined(finds: readonly Find[]): readonly Find[] {
  const whole: Find[] = [];
  let pieces: string[] = [];
  const end = (): void => {
    if (pieces.length > 0) whole.push({ kind: 'words', text: pieces.join('') });
    pieces = [];
  };
  for (const find of finds) {
    if (find.kind === 'words') pieces.push(find.text);
    else {
      end();
      whole.push(find);
    }
  }
  end();
  return whole;
}

const LONG_BASE64 = /[\w+/-]{120,}={0,2}/g;

/** Nobody can read base64, so a message says how long it is instead. */
export const withoutBase64 = (text: string): string =>
  text.replaceAll(LONG_BASE64, (run) => `(${run.length} characters)`);
