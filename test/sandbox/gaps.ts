import { lanesOf, ratesAt, sizesOf } from '../../src/core/catalogue/catalogue.ts';
import type { Day, Lane, Meter, Model } from '../../src/core/catalogue/model.ts';
import { PER_SEARCH, pricesIn, type Lane as SandboxLane } from '../../src/sandbox/account/prices.ts';
import { measure } from '../../src/sandbox/models/pixels.ts';
import type { GeminiModel, SandboxModel } from '../../src/sandbox/models/types.ts';

const LANE: Record<Lane, SandboxLane> = {
  now: 'standard',
  flex: 'flex',
  batch: 'batch',
  priority: 'priority',
};

/** What the catalogue sells of a model and the sandbox cannot answer, each as a sentence that says what to add where. */
export function gapsOf(sold: Model, known: readonly SandboxModel[], day: Day): readonly string[] {
  const model = known.find(({ id }) => id === sold.id);
  if (model === undefined) {
    return [
      `The catalogue sells ${sold.id}, which the sandbox does not know: write an object for it in src/sandbox/models/, and list it in src/sandbox/models/models.ts.`,
    ];
  }
  const place = `in the object of ${sold.id} in src/sandbox/models/`;
  if (model.family !== sold.family)
    return [`The catalogue calls ${sold.id} ${sold.family}: say so ${place}.`];
  return [
    ...pixelGaps(sold, model, place),
    ...laneGaps(sold, model, day, place),
    ...limitGaps(sold, model, place),
  ];
}

function pixelGaps(sold: Model, model: SandboxModel, place: string): readonly string[] {
  const gaps = new Set<string>();
  for (const size of sizesOf(sold)) {
    const { tokens = null, pixels = {} } = sold.resolutions[size] ?? {};
    const counts = model.family === 'gemini' ? (model.tokens[size] ?? null) : null;
    const has = model.family === 'gemini' ? counts !== null : model.sizes.includes(size);
    if (!has) {
      const field = model.family === 'gemini' ? 'tokens' : 'sizes';
      gaps.add(`The catalogue sells ${sold.id} at ${size}: add '${size}' to \`${field}\` ${place}.`);
      continue;
    }
    if (counts !== tokens) {
      gaps.add(
        `The catalogue counts ${tokens} tokens at ${size}, the sandbox ${counts}: correct \`tokens\` ${place}.`,
      );
    }
    for (const [aspect, { width, height }] of Object.entries(pixels)) {
      const drawn = measure(model, size, aspect);
      if (drawn === null) {
        gaps.add(`The catalogue sells ${sold.id} in ${aspect}: add '${aspect}' to \`pixels\` ${place}.`);
      } else if (drawn.width !== width || drawn.height !== height) {
        gaps.add(
          `The catalogue says that ${sold.id} measures ${width}x${height} at ${size} ${aspect}, the sandbox draws ${drawn.width}x${drawn.height}: correct \`pixels\` ${place}.`,
        );
      }
    }
  }
  return [...gaps];
}

function laneGaps(sold: Model, model: SandboxModel, day: Day, place: string): readonly string[] {
  return lanesOf(sold, day).flatMap((lane) => {
    const tier = LANE[lane];
    if (model.family === 'imagen') {
      return lane === 'now'
        ? priceGaps(sold, lane, day, { image: model.price }, place)
        : [
            `The catalogue sells ${sold.id} in the lane ${lane}: the sandbox sells Imagen in the standard lane alone.`,
          ];
    }
    if (lane !== 'batch' && !model.tiers.includes(tier)) {
      return [`The catalogue sells ${sold.id} in the lane ${lane}: add '${tier}' to \`tiers\` ${place}.`];
    }
    return priceGaps(sold, lane, day, meterPrices(model, tier), place);
  });
}

function meterPrices(model: GeminiModel, lane: SandboxLane): Readonly<Partial<Record<Meter, bigint>>> {
  const { input, text, image } = pricesIn(lane, model.prices);
  return {
    'text input': input,
    'image input': input,
    'image output': image,
    'text output': text,
    thinking: text,
    search: PER_SEARCH,
  };
}

function priceGaps(
  sold: Model,
  lane: Lane,
  day: Day,
  charged: Readonly<Partial<Record<Meter, bigint>>>,
  place: string,
): readonly string[] {
  return ratesAt(sold, lane, day)
    .filter(({ meter, price, per }) => (charged[meter] ?? -1n) * BigInt(per) !== price)
    .map(
      ({ meter, price, per }) =>
        `The catalogue prices ${meter} of ${sold.id} in the lane ${lane} at ${Number(price) / per} nano-dollars, the sandbox charges ${charged[meter]}: correct the price ${place}, or the catalogue.`,
    );
}

function limitGaps(sold: Model, model: SandboxModel, place: string): readonly string[] {
  const limits: [holds: boolean, says: string][] = [
    [
      model.inputTokenLimit >= sold.inputs.maxPromptTokens,
      `takes prompts of ${sold.inputs.maxPromptTokens} tokens: raise \`inputTokenLimit\``,
    ],
  ];
  if (model.family === 'imagen') {
    limits.push([
      model.maxSamples >= sold.maxPerRequest,
      `makes ${sold.maxPerRequest} pictures at once: raise \`maxSamples\``,
    ]);
  } else {
    const levels = sold.thinkingLevels.map((level) => level.toUpperCase());
    const thinks = new Set(['MINIMAL', ...Object.keys(model.thinking)]);
    limits.push(
      [
        model.maxInputs >= sold.inputs.maxImages,
        `takes ${sold.inputs.maxImages} input images: raise \`maxInputs\``,
      ],
      [model.takesSize || !sold.sendsSize, 'gets a size with the request: set `takesSize`'],
      [model.searches || !sold.abilities.includes('search'), 'can search: set `searches`'],
      [
        levels.length === 0 || (model.defaultLevel !== null && levels.every((level) => thinks.has(level))),
        `thinks at the levels ${levels.join(', ')}: add them to \`thinking\`, and set \`defaultLevel\``,
      ],
    );
  }
  return limits.flatMap(([holds, says]) =>
    holds ? [] : [`The catalogue says that ${sold.id} ${says} ${place}.`],
  );
}
