import type { MessageTemplate, MessageView } from '../base/messages.ts';
import { chooseLanguage } from '../texts/choose-language.ts';
import { fillText } from '../texts/fill-text.ts';
import type { Catalogues, TextKey, Texts } from '../texts/texts.ts';
import { type FormattedValues, formatValues } from './format-values.ts';
import type { WriteMessage, WrittenMessage } from './outbox-parts.ts';
import { isTemplate } from './template-table.ts';

export interface WriterParts {
  /** The origin that every link begins with. */
  readonly issuer: string;
  readonly catalogues: Catalogues;
  /** Makes the HTML of a mail; `pages` does. */
  readonly draw: (view: MessageView) => string;
}

type MailTemplate = Exclude<MessageTemplate, 'sms-code'>;

/** Makes messages of templates, values and the texts of a language. */
export function createWriter({ issuer, catalogues, draw }: WriterParts): WriteMessage {
  return ({ template, language: wanted, values }) => {
    if (!isTemplate(template)) throw new Error('a message has a template that this version does not know');
    const language = chooseLanguage(wanted, catalogues);
    const texts = catalogues.get(language);
    if (texts === undefined) throw new Error('there is no catalogue of this language');
    const formatted = formatValues(values, issuer, { language, texts });
    return template === 'sms-code'
      ? { template, language, ...writeSms(texts, formatted, issuer) }
      : { template, language, ...writeMail({ template, language, texts, formatted }, draw) };
  };
}

/**
 * The last line lets browsers fill the code in, on this origin alone.
 * @see "Origin-bound one-time codes delivered via SMS" (WICG), §2.2
 */
function writeSms(texts: Texts, { fills, code = '' }: FormattedValues, issuer: string): WrittenTexts {
  const text = `${fillText(texts['sms-code.body'], fills)}\n\n@${new URL(issuer).hostname} #${code}`;
  return { subject: '', text, html: undefined };
}

type WrittenTexts = Pick<WrittenMessage, 'subject' | 'text' | 'html'>;

interface Draft {
  readonly template: MailTemplate;
  readonly language: string;
  readonly texts: Texts;
  readonly formatted: FormattedValues;
}

function writeMail(draft: Draft, draw: WriterParts['draw']): WrittenTexts {
  const { template, language, texts, formatted } = draft;
  const { fills, code } = formatted;
  const body = fillText(texts[`${template}.body`], fills);
  const view: MessageView = {
    language,
    subject: fillText(texts[`${template}.subject`], fills),
    paragraphs: body.split(/\n{2,}/),
    code,
    link: findLink(draft),
    sender: fillText(texts['mail.sender'], fills),
  };
  const { subject, link, sender } = view;
  const lines = [body, ...(link === undefined ? [] : [`${link.label}:\n${link.href}`]), `-- \n${sender}`];
  return { subject, text: `${lines.join('\n\n')}\n`, html: draw(view) };
}

function findLink({ template, texts, formatted }: Draft): MessageView['link'] {
  const { link: href } = formatted;
  if (href === undefined) return undefined;
  const key: string = `${template}.action`;
  if (!hasText(texts, key)) throw new Error('a message has a link and no label for it');
  return { href, label: fillText(texts[key], formatted.fills), help: texts['mail.open-link'] };
}

function hasText(texts: Texts, key: string): key is TextKey {
  return Object.hasOwn(texts, key);
}
