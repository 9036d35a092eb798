import type { PageSession } from '../flows/find-page-session.ts';
import { type DrawnPage, drawPage, type Frame, type Theme } from '../pages/frame.ts';
import { chooseLanguage } from '../texts/choose-language.ts';
import { en } from '../texts/en.ts';
import type { Catalogues } from '../texts/texts.ts';
import { createSay } from '../texts/pages/create-say.ts';
import type { ReturnRule } from './return-to.ts';
import type { PageScope } from './route.ts';

export interface ScopeParts {
  readonly theme: Theme;
  readonly returns: ReturnRule;
  readonly catalogues: Catalogues;
}

/** @param acceptLanguage  asked where nobody is signed in, or somebody who chose no language */
export function openScope(
  { theme, returns, catalogues }: ScopeParts,
  {
    acceptLanguage,
    session,
  }: { readonly acceptLanguage: string | null; readonly session: PageSession | undefined },
): PageScope {
  const language = chooseLanguage(session?.language ?? acceptLanguage ?? undefined, catalogues);
  const frame: Frame = {
    say: createSay(catalogues.get(language) ?? en),
    language,
    theme,
    viewer: session === undefined ? undefined : { name: session.name ?? session.username ?? session.email },
  };
  return {
    frame,
    readReturn: (text) => returns.read(text),
    draw: (page: DrawnPage) => drawPage(frame, page),
  };
}
