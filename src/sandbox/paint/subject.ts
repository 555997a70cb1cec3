import type { Random } from '../random.ts';
import type { Hour } from './palette.ts';

export type Land = 'hills' | 'sea' | 'peaks' | 'dunes' | 'forest' | 'city';
export type Thing = 'lighthouse' | 'boat' | 'cat' | 'house' | 'balloon' | 'tree';
export type Weather = 'clear' | 'cloudy' | 'snow' | 'rain';

/** What a picture shows: what the words of the prompt name, and chance where they name nothing. */
export interface Subject {
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

/** What may stand in a land where the prompt names nothing; null is nothing. */
const THINGS_OF: Record<Land, readonly [Thing | null, ...(Thing | null)[]]> = {
  sea: ['boat', 'boat', null],
  hills: ['tree', 'house', 'balloon', null],
  peaks: ['balloon', null, null],
  dunes: ['balloon', null],
  forest: [null],
  city: [null],
};

/** How many characters of a prompt are read. */
const MOST_READ = 2000;

export function subjectOf(prompt: string, random: Random): Subject {
  // Everything is drawn from `random`, needed or not, so that one word more changes only what it names.
  const words = prompt.slice(0, MOST_READ).toLowerCase();
  const hour = random.pick(['dawn', 'day', 'dusk', 'dusk', 'night']);
  const land = random.pick(['hills', 'hills', 'sea', 'sea', 'peaks', 'dunes', 'forest']);
  const chosenLand = firstNamed(LANDS, words) ?? land;
  const thing = random.pick(THINGS_OF[chosenLand]);
  const weather = random.pick(['clear', 'cloudy', 'cloudy']);
  const birds = random.happens(0.4);
  return {
    hour: firstNamed(HOURS, words) ?? hour,
    land: chosenLand,
    thing: firstNamed(THINGS, words) ?? thing,
    weather: firstNamed(WEATHERS, words) ?? weather,
    birds: BIRDS.test(words) || birds,
  };
}

/** The first row of the table that the words name. */
function firstNamed<Name extends string>(
  table: Readonly<Record<Name, RegExp>>,
  words: string,
): Name | undefined {
  for (const name in table) if (table[name].test(words)) return name;
  return undefined;
}
