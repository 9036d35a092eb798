import type { pagesEn } from './en.ts';

/** Every text of the pages. English has them all. */
export type PageTextKey = keyof typeof pagesEn;

/** One language. A missing key does not compile. */
export type PageTexts = Readonly<Record<PageTextKey, string>>;

/** A text of the visitor's language, with its values put in. Plain text: whoever draws it escapes it. */
export type Say = (key: PageTextKey, values?: Readonly<Record<string, string | number>>) => string;
