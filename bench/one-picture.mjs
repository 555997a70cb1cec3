// A sandbox that paints one picture once and answers with it for ever, so that who asks is measured and not who draws:
// `npm run bench bench/one-picture.mjs [side in pixels]` says where it is.
const built = (name) => import(`../node_modules/.cache/pixtab/${name}.js`);

/** Whatever is asked for, the picture has `side` pixels on each side. */
export async function onePictureSandbox({ side, ...options }) {
  const { painter } = await built('sandbox/placeholders');
  const { startSandbox } = await built('sandbox/server');
  const { systemClock } = await built('adapters/clock');
  const picture = await painter().paint({
    prompt: 'a lighthouse at dusk',
    width: side,
    height: side,
    mimeType: 'image/jpeg',
    variant: 0,
  });
  const sandbox = await startSandbox({
    clock: systemClock(),
    painter: { paint: async () => picture },
    holds: true,
    ...options,
  });
  return { ...sandbox, bytes: picture.byteLength };
}

if (process.argv[1] === import.meta.filename) {
  const { url } = await onePictureSandbox({ side: Number(process.argv[2] ?? 256), batchMs: 0 });
  console.log(url);
}
