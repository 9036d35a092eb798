import { createClient } from '@countersign/client';
import { element, fill, formOf, listOf } from './element.ts';

const issuer = document.querySelector<HTMLMetaElement>('meta[name=issuer]')?.content ?? '';

/**
 * The refresh token lies in an HttpOnly cookie of the auth server, where no
 * script reads it; the access token lives in this page's memory.
 */
const auth = createClient({ issuer, storage: 'cookie' });

const pages: Readonly<Record<string, () => Promise<Node[]> | Node[]>> = {
  '/': home,
  '/login': logIn,
  '/profile': profile,
  '/orders': orders,
  '/admin': admin,
};

async function home(): Promise<Node[]> {
  const response = await fetch('/api/products');
  const { products }: { products: string[] } = await response.json();
  return [
    element('h1', 'Welcome'),
    element('div', { class: 'card' }, [
      element(
        'p',
        'Everybody sees this page. Profile and orders ask for a token, the admin page for a role in it.',
      ),
      listOf(products.map((name) => [name])),
    ]),
  ];
}

function logIn(): Node[] {
  const form = formOf('Sign in', [
    { name: 'identifier', label: 'E-mail address or user name', autocomplete: 'username' },
    { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' },
  ]);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const data = new FormData(form);
    attempt(async () => {
      await auth.signIn({
        identifier: textOf(data, 'identifier'),
        password: textOf(data, 'password'),
      });
      go('/profile');
    });
  });
  return [element('h1', 'Sign in'), element('div', { class: 'card' }, [form])];
}

function textOf(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === 'string' ? value : '';
}

async function profile(): Promise<Node[]> {
  const facts = await ask('/api/profile');
  const token = await auth.accessToken();
  return [
    element('h1', 'Profile'),
    element('div', { class: 'card' }, [
      element('h2', auth.user?.name ?? auth.user?.email ?? ''),
      element('p', { class: 'soft' }, ['What the shop learned from the token, without asking anybody:']),
      element('pre', JSON.stringify(facts, undefined, 2)),
    ]),
    element('div', { class: 'card' }, [
      element('h2', 'Your access token'),
      element('p', { class: 'soft' }, ['Anyone can read it; nobody can change it.']),
      ...showToken(token ?? ''),
    ]),
  ];
}

function showToken(token: string): Node[] {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const read = (part: string): string => {
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    );
    return JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)), undefined, 2);
  };
  return [
    element('p', { class: 'token' }, [
      element('span', { class: 'header' }, [header]),
      '.',
      element('span', { class: 'payload' }, [payload]),
      '.',
      element('span', { class: 'signature' }, [signature]),
    ]),
    element('pre', { class: 'token' }, [element('span', { class: 'header' }, [read(header)])]),
    element('pre', { class: 'token' }, [element('span', { class: 'payload' }, [read(payload)])]),
  ];
}

async function orders(): Promise<Node[]> {
  const { orders }: { orders: { id: number; items: string[]; createdAt: string }[] } =
    await ask('/api/orders');
  const form = formOf('Place the order', [{ name: 'item', label: 'What would you like?' }]);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const item = textOf(new FormData(form), 'item');
    attempt(async () => {
      await ask('/api/orders', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ items: [item] }),
      });
      await show();
      say('The order was placed.', 'good');
    });
  });
  return [
    element('h1', 'Orders'),
    element('div', { class: 'card' }, [form]),
    element('div', { class: 'card' }, [
      orders.length === 0
        ? element('p', 'No orders yet.')
        : listOf(
            orders.map((order) => [
              `${order.id}. ${order.items.join(', ')}`,
              new Date(order.createdAt).toLocaleString(),
            ]),
          ),
    ]),
  ];
}

async function admin(): Promise<Node[]> {
  const { items }: { items: { id: string; email: string; roles: string[] }[] } = await ask('/api/admin');
  return [
    element('h1', 'Admin dashboard'),
    element('div', { class: 'card' }, [
      element('h2', 'Users'),
      listOf(
        items.map((user) => [
          `${user.email} (${user.roles.join(', ')})`,
          user.id === auth.user?.id ? 'you' : removeButton(user),
        ]),
      ),
    ]),
  ];
}

function removeButton(user: { readonly id: string; readonly email: string }): Node {
  const button = element('button', `Delete ${user.email}`);
  button.addEventListener('click', () => {
    if (!confirm(`Delete ${user.email}?`)) return;
    attempt(async () => {
      await ask(`/api/users/${encodeURIComponent(user.id)}`, { method: 'DELETE' });
      await show();
      say(`${user.email} was deleted.`, 'good');
    });
  });
  return button;
}

class Refused extends Error {}

async function ask(path: string, init?: RequestInit) {
  const response = await auth.fetch(path, init);
  const body = response.status === 204 ? undefined : await response.json();
  if (!response.ok) throw new Refused(`${response.status}: ${body.title ?? body.error ?? 'refused'}`);
  return body;
}

function attempt(work: () => Promise<void>): void {
  say('');
  work().catch((error: unknown) => say(error instanceof Error ? error.message : String(error), 'bad'));
}

function say(text: string, kind: 'good' | 'bad' | '' = ''): void {
  const status = document.querySelector('#status');
  if (status === null) return;
  status.className = kind;
  status.textContent = text;
}

function go(path: string): void {
  history.pushState({}, '', path);
  attempt(show);
}

async function show(): Promise<void> {
  const main = document.querySelector('main');
  const page = pages[location.pathname] ?? home;
  if (main === null) return;
  const isPublic = page === home || page === logIn;
  if (!isPublic && auth.user === undefined) {
    go('/login');
    return;
  }
  showAccount();
  try {
    fill(main, await page());
  } catch (error) {
    fill(main, [element('h1', 'Not for you')]);
    throw error;
  }
}

function showAccount(): void {
  const user = auth.user;
  for (const part of document.querySelectorAll<HTMLElement>('[data-for]')) {
    part.hidden = (part.dataset['for'] === 'user') !== (user !== undefined);
  }
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === location.pathname) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const who = document.querySelector('#who');
  if (who !== null) who.textContent = user?.email ?? '';
}

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || link.origin !== location.origin || link.hash !== '') return;
  event.preventDefault();
  go(link.pathname);
});
document.querySelector('#sign-out')?.addEventListener('click', () => {
  attempt(async () => {
    await auth.signOut();
    go('/');
  });
});
addEventListener('popstate', () => attempt(show));
auth.on('signed-out', () => go('/'));

attempt(async () => {
  try {
    await auth.restore();
  } finally {
    await show();
  }
});
