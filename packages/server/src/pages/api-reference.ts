import { type Html, html } from './html.ts';
import { layout, prose } from './layout.ts';

export interface ApiReferenceView {
  readonly title: string;
  readonly issuer: string;
  readonly description: string;
  readonly chapters: readonly { readonly title: string; readonly operations: readonly OperationView[] }[];
}

export interface OperationView {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string | undefined;
  readonly who: string;
  readonly parameters: readonly (FieldView & { readonly place: string })[];
  readonly bodyType: string | undefined;
  readonly body: readonly FieldView[];
  readonly status: number;
  readonly answerType: string | undefined;
  readonly answer: readonly FieldView[];
  readonly refusals: readonly { readonly status: number; readonly code: string; readonly title: string }[];
}

export interface FieldView {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

/** The reference of the API as one page, without a script. */
export function drawApiReference(view: ApiReferenceView): string {
  return layout({
    title: `${view.title} reference`,
    body: html`<a class="skip" href="#content">Skip to the calls</a>
<div class="reference">
<nav aria-label="Calls">
<p class="home"><a href="/">${view.title}</a></p>
${view.chapters.map(drawContents)}</nav>
<main id="content">
<h1>${view.title} reference</h1>
<p class="lead">${prose(view.description)}</p>
<p>Base address <code>${view.issuer}</code>. For programs: <a href="/openapi.json">openapi.json</a>.</p>
${view.chapters.map(drawChapter)}</main>
</div>`,
  });
}

type Chapter = ApiReferenceView['chapters'][number];

function drawContents({ title, operations }: Chapter): Html {
  return html`<h2>${title}</h2>
<ul>
${operations.map(
  ({
    id,
    method,
    summary,
  }) => html`<li><a href="#${id}">${drawMethod(method)} <span>${summary}</span></a></li>
`,
)}</ul>
`;
}

function drawChapter({ title, operations }: Chapter): Html {
  return html`<section>
<h2>${title}</h2>
${operations.map(drawOperation)}</section>
`;
}

function drawMethod(method: string): Html {
  return html`<span class="method ${method.toLowerCase()}">${method}</span>`;
}

function drawOperation(operation: OperationView): Html {
  const { id, method, path, summary, description, who, bodyType, answerType, status } = operation;
  return html`<article id="${id}">
<h3>${summary}</h3>
<p class="address">${drawMethod(method)} <code>${path}</code></p>
${description !== undefined && drawDescription(description)}
<p class="who">For ${who}.</p>
${operation.parameters.length > 0 && drawFields('Parameters', operation.parameters)}
${bodyType !== undefined && operation.body.length > 0 && drawFields(html`Body <small>${bodyType}</small>`, operation.body)}
${operation.answer.length > 0 ? drawFields(html`Answer <small>${status} ${answerType}</small>`, operation.answer) : drawBareAnswer(status, answerType)}
<details>
<summary>Refusals</summary>
${drawRefusals(operation)}
</details>
</article>
`;
}

function drawDescription(description: string): Html {
  return html`<p>${prose(description)}</p>`;
}

function drawBareAnswer(status: number, answerType: string | undefined): Html {
  return html`<h4>Answer <small>${status} ${answerType ?? 'without a body'}</small></h4>`;
}

type Field = FieldView & { readonly place?: string };

function drawFields(title: string | Html, fields: readonly Field[]): Html {
  return html`<h4>${title}</h4>
<dl class="fields">
${fields.map(
  ({ name, type, isRequired, description, place }) => html`<div>
<dt><code>${name}</code></dt>
<dd><span class="type">${type}</span>${place !== undefined && html` <span class="place">in the ${place}</span>`}${!isRequired && html` <span class="optional">optional</span>`}${description !== '' && html`<br>${prose(description)}`}</dd>
</div>
`,
)}</dl>`;
}

function drawRefusals({ refusals }: OperationView): Html {
  return html`<dl class="fields">
${refusals.map(
  ({ status, code, title }) => html`<div>
<dt>${status} <code>${code}</code></dt>
<dd>${title}</dd>
</div>
`,
)}</dl>`;
}
