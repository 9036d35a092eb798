import type { Catalogues } from './texts.ts';

const maxCharacters = 200;

/**
 * The language of ours that is understood best; else English.
 *
 * @param wanted  a language tag or the value of `Accept-Language`; not trusted, may be anything
 * @see RFC 9110 §12.5.4; regions and scripts are not told apart
 */
export function chooseLanguage(wanted: string | undefined, catalogues: Catalogues): string {
  let best = { language: 'en', weight: 0 };
  for (const range of (wanted ?? '').slice(0, maxCharacters).split(',')) {
    const [tag = '', ...parameters] = range.toLowerCase().split(';');
    const [language = ''] = tag.trim().split('-');
    const weight = readQuality(parameters);
    if (catalogues.has(language) && weight > best.weight) best = { language, weight };
  }
  return best.language;
}

function readQuality(parameters: readonly string[]): number {
  const quality = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith('q='));
  const weight = quality === undefined ? 1 : Number(quality.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
}
