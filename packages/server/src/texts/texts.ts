import type { en } from './en.ts';

/** Every text that people read in messages. English has them all. */
export type TextKey = keyof typeof en;

/** One language. A missing key does not compile. */
export type Texts = Readonly<Record<TextKey, string>>;

/** Texts by language tag, in lower case: `en`, `de`, and what the settings add. */
export type Catalogues = ReadonlyMap<string, Texts>;
