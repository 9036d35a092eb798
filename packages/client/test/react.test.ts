import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createElement, type FunctionComponent } from 'react';
import { renderToString } from 'react-dom/server';
import { type Auth, createClient } from '../src/create-client.ts';
import { AuthProvider, useAuth } from '../src/react.ts';
import { createScriptedIssuer } from './scripted-issuer.ts';

const Greeting: FunctionComponent<{ auth?: Auth }> = ({ auth }) => {
  const { status, user, signOut } = useAuth(auth);
  return createElement('p', null, `${status} ${user?.id ?? 'nobody'} ${typeof signOut}`);
};

describe('useAuth', () => {
  const issuer = createScriptedIssuer();
  const auth = createClient({ issuer: issuer.url, storage: 'memory', fetch: issuer.fetch });

  it('on a server renders the state that every page starts with', async () => {
    assert.equal(renderToString(createElement(Greeting, { auth })), '<p>loading nobody function</p>');
    await auth.signIn({ identifier: 'ann', password: 'right' });
    assert.equal(renderToString(createElement(Greeting, { auth })), '<p>loading nobody function</p>');
  });

  it('finds the client of AuthProvider', () => {
    const tree = createElement(AuthProvider, { auth }, createElement(Greeting));
    assert.equal(renderToString(tree), '<p>loading nobody function</p>');
  });

  it('without either says so', () => {
    assert.throws(() => renderToString(createElement(Greeting)), TypeError);
  });

  it('its state is one object between two changes', async () => {
    await auth.signIn({ identifier: 'ann', password: 'right' });
    const before = auth.state;
    let changes = 0;
    auth.subscribe(() => {
      changes += 1;
    });
    await auth.accessToken();
    assert.equal(auth.state, before);
    assert.equal(changes, 0);
    await auth.signOut();
    assert.notEqual(auth.state, before);
    assert.equal(changes, 1);
  });
});
