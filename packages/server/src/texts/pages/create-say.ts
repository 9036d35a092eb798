import { fillText } from '../fill-text.ts';
import { pagesEn } from './en.ts';
import type { PageTextKey, PageTexts, Say } from './page-texts.ts';

export function createSay(texts: PageTexts): Say {
  return (key, values = {}) => {
    const written = Object.entries(values).map(([name, value]) => [name, String(value)]);
    return fillText(texts[key], Object.fromEntries(written));
  };
}

export function isPageText(key: string): key is PageTextKey {
  return Object.hasOwn(pagesEn, key);
}
