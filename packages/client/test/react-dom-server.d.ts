/** What the tests use of react-dom, which brings no types of its own. */
declare module 'react-dom/server' {
  import type { ReactNode } from 'react';
  export function renderToString(node: ReactNode): string;
}
