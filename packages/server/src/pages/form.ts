import type { Frame } from './frame.ts';
import { type Html, html } from './html.ts';

/** What a form carries and shows again. */
export interface FormState {
  /** Ties the form to the browser that it was made for. */
  readonly token: string;
  /** What was sent, without secrets. */
  readonly typed: Readonly<Record<string, string>>;
  /** What is wrong with a field, by its name. */
  readonly faults: Readonly<Record<string, string>>;
  /** What is wrong with it all. */
  readonly alert: { readonly code: string; readonly text: string } | undefined;
}

export interface FieldView {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'email' | 'password' | 'tel';
  readonly autocomplete?: string;
  readonly inputMode?: 'numeric' | 'email' | 'tel';
  readonly hint?: string;
  readonly isOptional?: boolean;
  /** Where nothing was typed yet. */
  readonly value?: string | undefined;
  readonly maxLength?: number;
  /** A short code: large, and for the eye to compare. */
  readonly isCode?: boolean;
}

export interface FormView {
  readonly action: string;
  readonly fields?: readonly FieldView[];
  /** Beside the fields, for instance a choice. */
  readonly more?: Html;
  readonly button: string;
  /** Carried along without being shown. */
  readonly hidden?: Readonly<Record<string, string | undefined>>;
  /** Default: `main`. */
  readonly weight?: 'main' | 'plain' | 'danger';
}

export function drawForm(frame: Frame, state: FormState, view: FormView): Html {
  const { action, fields = [], more, button, hidden = {}, weight = 'main' } = view;
  return html`<form method="post" action="${action}">
<input type="hidden" name="form_token" value="${state.token}">
${Object.entries(hidden).map(([name, value]) =>
  value === undefined ? html`` : html`<input type="hidden" name="${name}" value="${value}">\n`,
)}${fields.map((field) => drawField(frame, state, field))}
${more}
<button class="${weight}">${button}</button>
</form>`;
}

/** What went wrong, above the form, with links to the fields that are at fault. Has the focus. */
export function drawAlert({ say }: Frame, { alert, faults }: FormState): Html {
  if (alert === undefined) return html``;
  const wrong = Object.entries(faults);
  return html`<div class="alert" role="alert" tabindex="-1" autofocus data-code="${alert.code}">
<h2>${say('form.wrong')}</h2>
<p>${alert.text}</p>
${
  wrong.length > 0 &&
  html`<ul>
${wrong.map(([name, text]) => html`<li><a href="#${name}">${text}</a></li>\n`)}</ul>`
}
</div>`;
}

function drawField({ say }: Frame, { typed, faults }: FormState, field: FieldView): Html {
  const { name, label, type = 'text', hint, isOptional = false, isCode = false } = field;
  const { autocomplete, inputMode, maxLength } = field;
  const fault = faults[name];
  const described = [hint !== undefined && `${name}-hint`, fault !== undefined && `${name}-fault`].filter(
    Boolean,
  );
  const value = type === 'password' ? undefined : (typed[name] ?? field.value);
  return html`<div class="field">
<label for="${name}">${label}${isOptional && html` <small>${say('form.optional')}</small>`}</label>
${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
${fault !== undefined && html`<p class="fault" id="${name}-fault">${fault}</p>`}
<input id="${name}" name="${name}"${isCode && html` class="code"`} type="${type}"${autocomplete !== undefined && html` autocomplete="${autocomplete}"`}${inputMode !== undefined && html` inputmode="${inputMode}"`}${maxLength !== undefined && html` maxlength="${maxLength}"`}${value !== undefined && html` value="${value}"`}${!isOptional && html` required`}${described.length > 0 && html` aria-describedby="${described.join(' ')}"`}${fault !== undefined && html` aria-invalid="true"`}${['email', 'tel', 'password'].includes(type) || autocomplete !== undefined ? html` autocapitalize="none" spellcheck="false"` : html``}>
</div>
`;
}
