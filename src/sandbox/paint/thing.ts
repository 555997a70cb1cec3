import { px } from './canvas.ts';
import { type Color, mix, type Palette } from './palette.ts';
import type { Thing } from './subject.ts';

/** Share of the unit that a thing is tall. */
export const TALL: Record<Thing, number> = {
  lighthouse: 0.36,
  boat: 0.15,
  cat: 0.24,
  house: 0.13,
  balloon: 0.2,
  tree: 0.26,
};

/** Things are drawn in a box of height 1 whose foot is the origin, upwards being negative. */
const DRAW: Record<Thing, (colors: Palette) => string> = { lighthouse, boat, cat, house, balloon, tree };

export const thing = (kind: Thing, x: number, foot: number, tall: number, colors: Palette): string =>
  `<g transform="translate(${px(x)} ${px(foot)}) scale(${px(tall)})">${DRAW[kind](colors)}</g>`;

/** How bright a surface looks at an hour. */
const DAYLIGHT = { day: 0.95, dawn: 0.8, dusk: 0.72, night: 0.42 } as const;
const lit = ({ near, hour }: Palette, color: Color): Color => mix(near, color, DAYLIGHT[hour]);
const lamp = ({ light }: Palette): Color => mix(light, '#ffd877', 0.55);

function lighthouse(colors: Palette): string {
  const white = lit(colors, '#f6efe2');
  const stripe = lit(colors, colors.accent);
  const beams =
    colors.hour === 'day'
      ? ''
      : `<defs><linearGradient id="beam"><stop offset="0" stop-color="${lamp(colors)}" stop-opacity="0"/><stop offset=".5" stop-color="${lamp(colors)}" stop-opacity=".6"/><stop offset="1" stop-color="${lamp(colors)}" stop-opacity="0"/></linearGradient></defs>
<path d="M-2.1-1.08L0-.82L2.1-.72V-.46L0-.8L-2.1-.78Z" fill="url(#beam)"/><circle cy="-.81" r=".26" fill="url(#glow)"/>`;
  return `${beams}<path d="M-.115 .02L-.072-.72H.072L.115 .02Z" fill="${white}"/>
<path d="M-.105-.16L-.0945-.34H.0945L.105-.16ZM-.084-.52L-.0755-.66H.0755L.084-.52Z" fill="${stripe}"/>
<path d="M.03 .02L.02-.72H.072L.115 .02Z" fill="${colors.near}" fill-opacity=".28"/>
<path d="M-.1-.745H.1V-.715H-.1ZM-.094-.79H-.084V-.74H-.094ZM.084-.79H.094V-.74H.084ZM-.094-.79H.094V-.782H-.094ZM-.062-.875H.062V-.86H-.062Z" fill="${colors.near}"/>
<path d="M-.05-.86H.05V-.745H-.05Z" fill="${lamp(colors)}"/>
<path d="M-.004-.86H.004V-.745H-.004Z" fill="${colors.near}"/>
<path d="M-.062-.87Q-.05-.95 0-.965Q.05-.95 .062-.87Z" fill="${stripe}"/><path d="M-.006-1H.006V-.96H-.006Z" fill="${colors.near}"/>
<path d="M-.024 .02V-.07A.024 .024 0 0 1 .024-.07V.02Z" fill="${colors.near}"/><circle cx="-.01" cy="-.43" r=".016" fill="${lamp(colors)}"/>`;
}

function boat(colors: Palette): string {
  const sail = lit(colors, '#fbf4e6');
  return `<path d="M-.42-.16H.46Q.4 .02 .26 .03H-.24Q-.36 0-.42-.16Z" fill="${lit(colors, mix(colors.accent, colors.near, 0.35))}"/>
<path d="M-.012-1H.012V-.15H-.012Z" fill="${colors.near}"/>
<path d="M.03-.97Q.3-.6 .42-.22H.03Z" fill="${sail}"/><path d="M-.03-.9Q-.2-.5-.34-.22H-.03Z" fill="${lit(colors, colors.accent)}"/>
<path d="M-.5 .04H.54V.06H-.5Z" fill="${colors.light}" fill-opacity=".35"/>`;
}

function cat({ near }: Palette): string {
  const fur = mix(near, '#000000', 0.25);
  return `<path d="M.2-.05C.5 .03 .62-.2 .5-.36C.46-.42 .4-.38 .42-.33C.48-.2 .4-.12 .2-.16Z" fill="${fur}"/>
<path d="M-.27 .02C-.33-.22-.24-.42-.13-.56L.13-.56C.24-.42 .33-.22 .27 .02Q0 .05-.27 .02Z" fill="${fur}"/>
<ellipse cy="-.69" rx=".19" ry=".17" fill="${fur}"/>
<path d="M-.185-.7L-.185-1Q-.1-.94-.03-.84ZM.185-.7L.185-1Q.1-.94 .03-.84Z" fill="${fur}"/>`;
}

function house(colors: Palette): string {
  const dark = lit(colors, mix(colors.accent, colors.near, 0.3));
  return `<path d="M.26-.92H.4V-.5H.26Z" fill="${dark}"/><path d="M-.52 .04V-.5H.52V.04Z" fill="${lit(colors, '#f1e4cf')}"/>
<path d="M-.64-.46L-.36-.86H.36L.64-.46Z" fill="${dark}"/>
<path d="M-.36-.32H-.16V-.12H-.36ZM.18-.32H.38V-.12H.18Z" fill="${colors.hour === 'day' ? mix(colors.middle, colors.near, 0.4) : lamp(colors)}"/>
<path d="M-.07 .04V-.26H.08V.04Z" fill="${dark}"/>`;
}

function balloon(colors: Palette): string {
  const bright = lit(colors, colors.accent);
  const pale = lit(colors, '#fbeed2');
  return `<path d="M-.09-.22L-.2-.42M.09-.22L.2-.42M0-.22V-.4" stroke="${colors.near}" stroke-width=".012"/>
<path d="M0-1C.5-1 .5-.58 .12-.34H-.12C-.5-.58-.5-1 0-1Z" fill="${bright}"/>
<path d="M0-1C.26-1 .26-.58 .06-.34H-.06C-.26-.58-.26-1 0-1Z" fill="${pale}"/>
<path d="M0-1C.1-1 .1-.58 .025-.34H-.025C-.1-.58-.1-1 0-1Z" fill="${bright}"/>
<path d="M-.1-.22H.1L.08-.1H-.08Z" fill="${lit(colors, '#8a5a34')}"/>`;
}

function tree(colors: Palette): string {
  const leaf = mix(colors.near, colors.accent, colors.hour === 'night' ? 0.12 : 0.28);
  const bright = mix(leaf, colors.light, 0.14);
  return `<path d="M-.045 .03Q-.02-.3-.03-.5L-.14-.62L-.1-.64L0-.54L.12-.66L.15-.63L.035-.48Q.02-.3 .055 .03Z" fill="${mix(colors.near, '#000000', 0.15)}"/>
<g fill="${leaf}"><circle cx="-.2" cy="-.62" r=".2"/><circle cx=".22" cy="-.6" r=".2"/><circle cy="-.76" r=".24"/><circle cx=".02" cy="-.56" r=".19"/></g>
<g fill="${bright}"><circle cx="-.08" cy="-.84" r=".11"/><circle cx="-.24" cy="-.68" r=".09"/><circle cx=".2" cy="-.68" r=".1"/></g>`;
}
