/** "#rrggbb" */
export type Color = `#${string}`;

/** `share` of `to` in `from`: 0 is `from`, 1 is `to`. */
export function mix(from: Color, to: Color, share: number): Color {
  const a = channels(from);
  const b = channels(to);
  return hex(a.map((value, index) => value + ((b[index] ?? value) - value) * share));
}

/** The same lightness and strength, elsewhere on the wheel. */
export function turned(color: Color, degrees: number): Color {
  const [red = 0, green = 0, blue = 0] = channels(color);
  const angle = (degrees * Math.PI) / 180;
  const cos = Math.cos(angle);
  const third = (1 - cos) / 3;
  const side = Math.sin(angle) / Math.sqrt(3);
  // Rotation about the grey axis of the colour cube.
  return hex([
    red * (cos + third) + green * (third - side) + blue * (third + side),
    red * (third + side) + green * (cos + third) + blue * (third - side),
    red * (third - side) + green * (third + side) + blue * (cos + third),
  ]);
}

const channels = (color: Color): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

const hex = (values: readonly number[]): Color =>
  `#${values
    .map((value) =>
      Math.min(255, Math.max(0, Math.round(value)))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
