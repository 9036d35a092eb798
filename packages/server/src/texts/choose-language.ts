import type { Language } from '../base/messages.ts';

const languages: readonly Language[] = ['en', 'de'];

/**
 * The language that is understood best, of a language tag or the value of `Accept-Language`; else English.
 *
 * @see RFC 9110 §12.5.4; regions and scripts are not told apart
 */
export function chooseLanguage(wanted: string | undefined): Language {
  let best: { readonly language: Language; readonly weight: number } | undefined;
  for (const range of (wanted ?? '').slice(0, 200).split(',')) {
    const [tag = '', ...parameters] = range
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const language = tag.split('-')[0] ?? '';
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.slice(2));
    if (isLanguage(language) && weight > (best?.weight ?? 0)) best = { language, weight };
  }
  return best?.language ?? 'en';
}

function isLanguage(tag: string): tag is Language {
  return languages.some((language) => language === tag);
}
