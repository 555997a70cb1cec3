/** A power of two, so that wrapping around is one operation. */
const SAMPLES = 1 << 16;

/**
 * The same RGBA pixels with a little film grain: it hides the steps of gradients. All channels of a pixel at once:
 * a thirty-second is taken off each, which leaves room for a grain of 0 to 7 without an overflow into the next.
 */
export function grain(rgba: Uint8Array): Uint8Array {
  const grained = new Uint8Array(rgba);
  const pixels = new Uint32Array(grained.buffer);
  const noise = noises();
  for (let at = 0; at < pixels.length; at += 1) {
    const pixel = pixels[at] ?? 0;
    // The second term shifts the table from time to time, so that its repetition shows no pattern.
    pixels[at] =
      pixel - ((pixel >>> 5) & 0x07070707) + (noise[(at + (at >> 11) * 7919) & (SAMPLES - 1)] ?? 0);
  }
  return grained;
}

/** A texture and no chance: it takes no seed, and every picture gets the same one. */
function noises(): Uint32Array {
  const noise = new Uint32Array(SAMPLES);
  let state = 0x2545f491;
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    // The mean of two numbers from 0 to 7, so that most of the grain is faint.
    const grey = ((state >>> 29) + ((state >>> 25) & 7)) >> 1;
    noise[sample] = grey * 0x01010101;
  }
  return noise;
}
