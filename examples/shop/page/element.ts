type Content = Node | string;

/** Texts become text nodes, never HTML. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  first: Readonly<Record<string, string>> | string,
  content: readonly Content[] = [],
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (typeof first === 'string') made.append(first);
  else for (const [name, value] of Object.entries(first)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

export function fill(parent: HTMLElement, content: readonly Node[]): void {
  parent.replaceChildren(...content);
}

export function listOf(rows: readonly (readonly Content[])[]): HTMLElement {
  return element(
    'ul',
    { class: 'plain' },
    rows.map((row) =>
      element(
        'li',
        {},
        row.map((cell) => (typeof cell === 'string' ? element('span', cell) : cell)),
      ),
    ),
  );
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: string;
  readonly autocomplete?: string;
}

export function formOf(submit: string, fields: readonly Field[]): HTMLFormElement {
  const inputs = fields.map(({ name, label, type = 'text', autocomplete = 'off' }) =>
    element('label', {}, [label, element('input', { name, type, autocomplete, required: '' })]),
  );
  return element('form', {}, [...inputs, element('button', { class: 'main', type: 'submit' }, [submit])]);
}
