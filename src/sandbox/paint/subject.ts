import type { Random } from '../random.ts';
import type { Hour } from './palette.ts';

export type Land = 'hills' | 'sea' | 'peaks' | 'dunes' | 'forest' | 'city';
export type Thing = 'lighthouse' | 'boat' | 'cat' | 'house' | 'balloon' | 'tree';
export type Weather = 'clear' | 'cloudy' | 'snow' | 'rain';

/** What to draw: what the prompt's words ask for, and chance where they say nothing. */
export interface Wish {
  readonly hour: Hour;
  readonly land: Land;
  readonly thing: Thing | null;
  readonly weather: Weather;
  readonly birds: boolean;
}

const HOURS: Record<Hour, RegExp> = {
  night: /\b(night|midnight|moon|moonlit|moonlight|stars?|starry|dark|neon|galaxy|space)\b/,
  dusk: /\b(dusk|sunset|evening|twilight|golden hour|autumn)\b/,
  dawn: /\b(dawn|sunrise|morning|mist|misty|fog|foggy|pastel|spring)\b/,
  day: /\b(day|noon|midday|sunny|summer|afternoon|bright|blue sky)\b/,
};

const LANDS: Record<Land, RegExp> = {
  sea: /\b(seas?|oceans?|beach|waves?|coast|shore|harbou?r|lighthouses?|island|lake|river|water|boats?|ships?|sail\w*|fish\w*|whales?)\b/,
  city: /\b(city|cities|street|skyline|town|urban|buildings?|skyscrapers?|tokyo|paris|london|new york|berlin|cyberpunk|neon)\b/,
  forest: /\b(forest|trees|woods?|jungle|pines?|fox|bear|deer|owl|mushrooms?|cabin)\b/,
  peaks: /\b(mountains?|alps|alpine|peaks?|summit|snow\w*|winter|glacier|dragon|everest|himalaya)\b/,
  dunes: /\b(desert|dunes?|sand|sahara|camels?|cactus|pyramids?|mars)\b/,
  hills: /\b(hills?|meadow|field|farm|valley|garden|countryside|village|vineyard)\b/,
};

const THINGS: Record<Thing, RegExp> = {
  lighthouse: /\blighthouses?\b/,
  cat: /\b(cats?|kittens?|kitty)\b/,
  boat: /\b(boats?|ships?|sail\w*|yacht)\b/,
  balloon: /\b(balloons?|airship|zeppelin)\b/,
  house: /\b(houses?|cottage|cabin|hut|home|barn|farm|village)\b/,
  tree: /\b(tree|oak|apple|cherry|blossom)\b/,
};

const WEATHERS: Record<Exclude<Weather, 'clear'>, RegExp> = {
  snow: /\b(snow\w*|winter|blizzard|christmas)\b/,
  rain: /\b(rain\w*|storm\w*|drizzle)\b/,
  cloudy: /\b(clouds?|cloudy|overcast)\b/,
};

const BIRDS = /\b(birds?|gulls?|seagulls?|crows?|swallows?|geese|flock)\b/;

/** What may stand in a land when the prompt names nothing; null is nothing. */
const COMPANY: Record<Land, readonly [Thing | null, ...(Thing | null)[]]> = {
  sea: ['boat', 'boat', null],
  hills: ['tree', 'house', 'balloon', null],
  peaks: ['balloon', null, null],
  dunes: ['balloon', null],
  forest: [null],
  city: [null],
};

/** Words far into a long prompt change nothing that anybody would see. */
const READ = 2000;

export function wish(prompt: string, random: Random): Wish {
  const words = prompt.slice(0, READ).toLowerCase();
  const hour = random.pick(['dawn', 'day', 'dusk', 'dusk', 'night']);
  const land = random.pick(['hills', 'hills', 'sea', 'sea', 'peaks', 'dunes', 'forest']);
  const settled = asked(LANDS, words) ?? land;
  const company = random.pick(COMPANY[settled]);
  const weather = random.pick(['clear', 'cloudy', 'cloudy']);
  const birds = random.happens(0.4);
  return {
    hour: asked(HOURS, words) ?? hour,
    land: settled,
    thing: asked(THINGS, words) ?? company,
    weather: asked(WEATHERS, words) ?? weather,
    birds: BIRDS.test(words) || birds,
  };
}

/** The first row, in the table's order, that the words speak of. */
function asked<Name extends string>(table: Readonly<Record<Name, RegExp>>, words: string): Name | undefined {
  for (const name in table) if (table[name].test(words)) return name;
  return undefined;
}
