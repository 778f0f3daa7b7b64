/**
 * The scale of colours: from light to dark without turning back, so that it can be read by lightness alone, on paper and by people
 * who do not tell red from green. The stops are those of ColorBrewer's YlOrRd, which is made for that.
 */
const STOPS = [
  [255, 255, 178],
  [254, 204, 92],
  [253, 141, 60],
  [240, 59, 32],
  [189, 0, 38],
] as const;

const LIGHTENED = 0.5;

/** Return the colour of a share between 0 and 1. */
export function colour(share: number): string {
  return `rgb(${mixed(share).join(", ")})`;
}

/** Return the same, so much lighter that black letters can be read on it. */
export function tint(share: number): string {
  return `rgb(${mixed(share).map((one) => Math.round(one + (255 - one) * LIGHTENED)).join(", ")})`;
}

function mixed(share: number): number[] {
  const place = Math.min(Math.max(share, 0), 1) * (STOPS.length - 1);
  const at = Math.min(Math.floor(place), STOPS.length - 2);
  const rest = place - at;
  return STOPS[at]!.map((from, index) => Math.round(from + (STOPS[at + 1]![index]! - from) * rest));
}
