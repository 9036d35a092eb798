/** The colour of links and buttons, as it is on light and on dark paper. */
export interface Accent {
  readonly light: string;
  readonly dark: string;
}

export type ReadAccent =
  | { readonly kind: 'read'; readonly accent: Accent }
  | { readonly kind: 'wrong'; readonly message: string };

/** Grounds that the accent stands on, or the other way round; those of the style sheet. */
const grounds = { light: ['#ffffff', '#f5f6f8'], dark: ['#14161a', '#1c1f25'] } as const;
/** WCAG 2.2 §1.4.3, for text of the normal size. */
const minContrast = 4.5;

/**
 * Reads the setting `pageAccent`: one colour, from which the one for dark paper
 * is made by lightening it, or two.
 */
export function readAccent(text: string): ReadAccent {
  const colours = text.toLowerCase().split(' ');
  const [light = '', dark = lighten(light)] = colours;
  if (colours.length > 2 || !isColour(light) || !isColour(dark)) {
    return wrong(
      'must be a colour such as #0b57c4, or two with a blank between them, for light and for dark',
    );
  }
  const faint = [
    { colour: light, ground: 'light' },
    { colour: dark, ground: 'dark' },
  ] as const;
  for (const { colour, ground } of faint) {
    const contrast = leastContrast(colour, ground);
    if (contrast < minContrast) {
      return wrong(
        `has a contrast of ${contrast.toFixed(1)} on ${ground} paper and needs ${minContrast}; take a ${ground === 'light' ? 'darker' : 'lighter'} colour`,
      );
    }
  }
  return { kind: 'read', accent: { light, dark } };
}

function wrong(message: string): ReadAccent {
  return { kind: 'wrong', message };
}

function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/.test(text);
}

/** Mixed with white until it can be read on dark paper; 0 to 16 parts of 16. */
function lighten(colour: string): string {
  if (!isColour(colour)) return colour;
  for (let parts = 0; parts < 16; parts++) {
    const mixed = `#${channels(colour)
      .map((channel) => Math.round(channel + ((255 - channel) * parts) / 16))
      .map((channel) => channel.toString(16).padStart(2, '0'))
      .join('')}`;
    if (leastContrast(mixed, 'dark') >= minContrast + 1) return mixed;
  }
  return '#ffffff';
}

function leastContrast(colour: string, ground: keyof typeof grounds): number {
  return Math.min(...grounds[ground].map((paper) => contrastOf(colour, paper)));
}

/** WCAG 2.2, contrast ratio. */
function contrastOf(one: string, other: string): number {
  const [dim = 0, bright = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dim + 0.05);
}

/** WCAG 2.2, relative luminance. */
function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(colour: string): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
