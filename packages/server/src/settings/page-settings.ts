import { z } from 'zod';
import { type Accent, readAccent } from './page-accent.ts';
import { line } from './setting-forms.ts';

/** Settings of the pages that people see. */
export interface PageSettingValues {
  /** What the service is called on its pages. Default: `Countersign`. */
  pageName?: string;
  /**
   * Colour of links and buttons: `#0b57c4`, or two with a blank between them, for light and dark. With less contrast
   * than 4.5 there is no start. Default: `#0b57c4 #8ab8ff`.
   */
  pageAccent?: string;
  /** SVG, the text itself; a path of an SVG or PNG file goes into `pageLogoFile`. Default: a mark of our own. */
  pageLogo?: string;
  /** A second style sheet, the text itself; a path goes into `pageCssFile`. Default: none. */
  pageCss?: string;
  /** Where to report vulnerabilities, `mailto:` or `https:`: makes `/.well-known/security.txt`. Default: none. */
  securityContact?: string;
}

/** What can be left out without a default. */
export type OptionalPageSettings = Pick<PageSettingValues, 'pageLogo' | 'pageCss' | 'securityContact'>;

/** The same after everything was checked. */
export interface PageSettings {
  readonly pageName: string;
  /** Still as it was written: `readAccent` holds. */
  readonly pageAccent: string;
  readonly pageLogo: string | undefined;
  readonly pageCss: string | undefined;
  readonly securityContact: string | undefined;
}

/** What PNG files become, so that a setting is a text. */
export const pngStart = 'data:image/png;base64,';

/** Members of the form of all settings. */
export const pageShape = {
  pageName: line.max(60, 'is longer than 60 characters').default('Countersign'),
  pageAccent: line
    .superRefine((text, context) => {
      const read = readAccent(text);
      if (read.kind === 'wrong') context.addIssue({ code: 'custom', message: read.message });
    })
    .default('#0b57c4 #8ab8ff'),
  pageLogo: z
    .string()
    .max(131_072, 'is too long')
    .refine(
      (text) => text.startsWith(pngStart) || /^\s*(?:<\?xml[^>]*>\s*)?<svg[\s>]/.test(text),
      'must be SVG that begins with <svg, or the path of an SVG or PNG file in the form with a file',
    )
    .optional(),
  pageCss: z.string().max(65_536, 'is too long').optional(),
  securityContact: line
    .regex(
      /^(?:mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/,
      'must be mailto: and an address, or an https: address',
    )
    .optional(),
} as const;

type EveryPageName = { [Name in keyof OptionalPageSettings]-?: OptionalPageSettings[Name] | undefined };

/** `undefined` where nothing was given. */
export function withEveryPageName(data: Partial<EveryPageName>): EveryPageName {
  return { pageLogo: data.pageLogo, pageCss: data.pageCss, securityContact: data.securityContact };
}

/** The accent of checked settings. */
export function accentOf({ pageAccent }: PageSettings): Accent {
  const read = readAccent(pageAccent);
  if (read.kind === 'wrong') throw new TypeError('the accent was not checked');
  return read.accent;
}
