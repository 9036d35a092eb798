/** One style sheet for all pages, from our own origin; light and dark, from 320 px. */
export const styleSheet: string = `:root {
  color-scheme: light dark;
  --paper: light-dark(#ffffff, #14161a);
  --panel: light-dark(#f5f6f8, #1c1f25);
  --ink: light-dark(#1b1f27, #e7e9ee);
  --quiet: light-dark(#545c6b, #a3abb9);
  --line: light-dark(#dfe2e8, #2d323b);
  --on-accent: light-dark(#ffffff, #14161a);
  --get: light-dark(#0a6b3d, #6fd6a0);
  --post: light-dark(#0b57c4, #8ab8ff);
  --patch: light-dark(#8a5200, #f0b765);
  --delete: light-dark(#b3261e, #ff9d94);
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere;
}
a { color: var(--accent); }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
h1 { font-size: clamp(1.6rem, 5vw, 2.2rem); line-height: 1.2; margin: 0 0 0.5rem; letter-spacing: -0.02em; }
h2 { font-size: 1.35rem; margin: 3rem 0 1rem; }
h3 { font-size: 1.1rem; margin: 0 0 0.25rem; }
h4 { font-size: 0.95rem; margin: 1.25rem 0 0.25rem; }
h4 small { color: var(--quiet); font-weight: 400; }
p { margin: 0.5rem 0; max-width: 46rem; }
code { font: 0.9em ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
.lead { color: var(--quiet); font-size: 1.1rem; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: 0.5rem 1rem; z-index: 1; }

.landing { max-width: 44rem; margin: 0 auto; padding: clamp(2rem, 10vh, 7rem) 1.25rem 3rem; }
.mark { margin: 0 0 1.25rem; }
.mark img { display: block; width: 3.25rem; height: 3.25rem; }
.cards { list-style: none; margin: 2rem 0 0; padding: 0; display: grid; gap: 0.75rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); }
.cards a { display: block; height: 100%; padding: 1rem 1.1rem; border: 1px solid var(--line); border-radius: 12px;
  background: var(--panel); color: inherit; text-decoration: none; }
.cards a:hover { border-color: var(--accent); }
.cards strong { display: block; color: var(--accent); }
.cards span { color: var(--quiet); font-size: 0.95rem; }

.reference { max-width: 76rem; margin: 0 auto; padding: 1.25rem; }
nav { font-size: 0.92rem; border-bottom: 1px solid var(--line); padding-bottom: 1rem; margin-bottom: 1.5rem; }
nav h2 { font-size: 0.8rem; text-transform: uppercase; letter-spacing: 0.06em; color: var(--quiet); margin: 1.25rem 0 0.25rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: flex; gap: 0.5rem; align-items: baseline; padding: 0.25rem 0; color: inherit; text-decoration: none; }
nav a:hover span:last-child { text-decoration: underline; }
.home { font-weight: 700; margin: 0; }
@media (min-width: 60rem) {
  .reference { display: grid; grid-template-columns: 19rem minmax(0, 1fr); gap: 3rem; }
  nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; border: 0; padding: 1rem 0.5rem 2rem 0; margin: 0; }
}
article { border: 1px solid var(--line); border-radius: 12px; padding: clamp(1rem, 3vw, 1.5rem); margin: 0 0 1.25rem; }
article:target { border-color: var(--accent); }
.method { font: 700 0.72rem/1 ui-monospace, Menlo, Consolas, monospace; flex: none; min-width: 3.6em; }
.address .method { border: 1px solid currentcolor; border-radius: 999px; padding: 0.2rem 0.55rem; display: inline-block; text-align: center; }
.get { color: var(--get); } .post { color: var(--post); } .patch { color: var(--patch); } .delete { color: var(--delete); }
.who { color: var(--quiet); font-size: 0.95rem; }
.fields { margin: 0; border-top: 1px solid var(--line); }
.fields > div { padding: 0.45rem 0; border-bottom: 1px solid var(--line); }
.fields dd { margin: 0; color: var(--quiet); font-size: 0.95rem; }
.type, .place { font: 0.85em ui-monospace, Menlo, Consolas, monospace; }
.optional { font-size: 0.8em; border: 1px solid var(--line); border-radius: 999px; padding: 0.05rem 0.45rem; }
@media (min-width: 40rem) { .fields > div { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 1rem; } }
pre { font: 0.9rem/1.5 ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; margin: 0.75rem 0 0; }
.landing article h2 { margin: 0; }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--accent); width: fit-content; }
`;
