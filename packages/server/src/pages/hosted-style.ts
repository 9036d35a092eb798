/** What the pages of sign-in and account add to `style-sheet.ts`: one scale of type and space, one accent. */
export const hostedStyle: string = `
:root {
  --bad: light-dark(#a3182b, #ff9aa6);
  --good: light-dark(#0a6b3d, #6fd6a0);
  --field: light-dark(#7b8494, #79818f);
  --radius: 0.75rem;
}
.hosted {
  min-height: 100vh; min-height: 100dvh;
  display: flex; flex-direction: column;
  background: var(--panel);
}
.hosted :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.hosted h1 { font-size: 1.75rem; font-weight: 700; margin: 0 0 0.5rem; text-wrap: balance; }
.hosted h2 { font-size: 1.125rem; margin: 0 0 0.5rem; letter-spacing: -0.01em; }
.hosted p { max-width: 38rem; text-wrap: pretty; }
.quiet { color: var(--quiet); font-size: 0.9375rem; }

.bar { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.5rem 1.5rem;
  padding: 0.875rem max(1.25rem, calc((100vw - 60rem) / 2)); }
.brand { display: inline-flex; align-items: center; gap: 0.625rem; font-weight: 700; font-size: 1.0625rem;
  letter-spacing: -0.01em; color: var(--ink); text-decoration: none; min-height: 2.75rem; }
.brand img { height: 2rem; width: auto; max-width: 10rem; display: block; }
.viewer { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1rem; font-size: 0.9375rem; }
.viewer a { display: inline-block; color: var(--ink); padding: 0.625rem 0; text-decoration: underline; text-underline-offset: 0.25em;
  text-decoration-color: var(--line); text-decoration-thickness: 2px; }
.viewer a:hover { text-decoration-color: var(--accent); }

.hosted main { flex: 1; width: 100%; max-width: 62.5rem; margin: 0 auto; padding: clamp(0.5rem, 5vh, 4rem) 1.25rem 4rem; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: calc(var(--radius) * 1.75);
  padding: clamp(1.5rem, 5vw, 2.5rem); box-shadow: 0 1px 2px rgb(0 0 0 / 4%), 0 12px 32px -12px rgb(0 0 0 / 12%); }
.card.narrow { max-width: 27.5rem; margin: 0 auto; }
.card > .lead { font-size: 1rem; margin: 0 0 1.5rem; }
.card > :last-child { margin-bottom: 0; }
.status { margin: 0 0 0.75rem; color: var(--quiet); font: 600 0.9375rem/1 ui-monospace, Menlo, Consolas, monospace; }

.hosted form { display: grid; gap: 1.125rem; margin: 1.5rem 0 0; }
.field { display: grid; gap: 0.375rem; }
.field label, legend { font-weight: 600; font-size: 0.9375rem; }
.field small { font-weight: 400; color: var(--quiet); }
.field .hint, .field .fault { margin: 0; font-size: 0.9375rem; }
.hint { color: var(--quiet); }
.fault { color: var(--bad); font-weight: 600; }
.hosted input:not([type="hidden"], [type="checkbox"], [type="radio"]), .hosted select {
  width: 100%; min-width: 0; min-height: 3rem; padding: 0.625rem 0.875rem; font: inherit; color: var(--ink);
  background: var(--paper); border: 1px solid var(--field); border-radius: var(--radius); }
.hosted input:hover, .hosted select:hover { border-color: var(--ink); }
.hosted input:focus-visible, .hosted select:focus-visible { outline: 3px solid var(--accent); outline-offset: 0; border-radius: var(--radius); }
.hosted input[aria-invalid] { border-color: var(--bad); border-width: 2px; }
.hosted input.code { font: 600 1.5rem/1 ui-monospace, Menlo, Consolas, monospace; letter-spacing: 0.25em; text-align: center; min-height: 3.75rem; }
.check { display: flex; gap: 0.75rem; align-items: flex-start; }
.check input { width: 1.375rem; height: 1.375rem; margin: 0.125rem 0 0; accent-color: var(--accent); flex: none; }
fieldset { border: 0; margin: 0; padding: 0; display: grid; gap: 0.625rem; }
legend { padding: 0; margin: 0 0 0.5rem; }

.hosted button, .button { display: inline-flex; align-items: center; justify-content: center; gap: 0.5rem;
  min-height: 3rem; padding: 0.5rem 1.25rem; font: inherit; font-weight: 600; text-align: center; text-decoration: none;
  border: 1px solid transparent; border-radius: var(--radius); cursor: pointer; }
.main { background: var(--accent); color: var(--on-accent); }
.main:hover { background: color-mix(in oklab, var(--accent) 88%, var(--ink)); }
.plain { background: var(--paper); color: var(--ink); border-color: var(--field); }
.plain:hover { border-color: var(--ink); }
.danger { background: var(--paper); color: var(--bad); border-color: var(--bad); }
.danger:hover { background: color-mix(in oklab, var(--bad) 8%, var(--paper)); }
.hosted button.quiet { min-height: 2.75rem; padding: 0.25rem 0.875rem; background: transparent; color: var(--ink); border-color: var(--line); }
.hosted button.quiet:hover { border-color: var(--ink); }
.viewer form, .row form { margin: 0; }
.or { display: flex; align-items: center; gap: 1rem; margin: 1.5rem 0; max-width: none; color: var(--quiet); font-size: 0.9375rem; }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.or + form { margin-top: 0; }
.after { margin-top: 1.5rem; }
.links { display: grid; gap: 0.25rem; list-style: none; margin: 1.5rem 0 0; padding: 1.25rem 0 0; border-top: 1px solid var(--line); font-size: 0.9375rem; }
.links a { display: inline-block; padding: 0.375rem 0; }

.alert, .notice { border-radius: var(--radius); padding: 1rem 1.125rem; margin: 1.25rem 0 0; border: 1px solid; }
.alert { border-color: var(--bad); background: color-mix(in oklab, var(--bad) 7%, var(--paper)); }
.alert h2 { font-size: 1rem; margin: 0 0 0.25rem; color: var(--bad); }
.alert p { margin: 0; }
.alert ul { margin: 0.5rem 0 0; padding-left: 1.25rem; }
.alert a { color: var(--bad); }
.alert:focus-visible { outline-color: var(--bad); border-radius: var(--radius); }
.notice { border-color: var(--good); background: color-mix(in oklab, var(--good) 8%, var(--paper)); margin: 0 0 1.25rem; max-width: none; }

.account { display: grid; gap: 1.5rem; }
.account > nav { border: 0; margin: 0; padding: 0; font-size: 1rem; min-width: 0; position: static; }
.account > nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem; }
.account > nav a { padding: 0.625rem 0.875rem; border-radius: var(--radius); color: var(--quiet); font-weight: 600; align-items: center; }
.account > nav a:hover { background: color-mix(in oklab, var(--ink) 6%, transparent); }
.account > nav a[aria-current] { color: var(--ink); background: var(--paper); box-shadow: inset 0 0 0 1px var(--line); }
.account > div { min-width: 0; display: grid; gap: 1.25rem; align-content: start; }
.rows { list-style: none; margin: 1.25rem 0 0; padding: 0; }
.row { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.75rem 1.5rem; padding: 1rem 0; border-top: 1px solid var(--line); }
.row > div { flex: 1 1 14rem; min-width: 0; }
.row strong { display: block; }
.row p { margin: 0.125rem 0 0; }
.tag { display: inline-block; font-size: 0.8125rem; font-weight: 600; padding: 0.0625rem 0.5625rem; border-radius: 999px; margin-left: 0.375rem;
  color: var(--good); box-shadow: inset 0 0 0 1px currentcolor; vertical-align: 0.05em; }
.facts { margin: 1.25rem 0 0; }
.facts > div { padding: 0.625rem 0; border-top: 1px solid var(--line); }
.facts dt { color: var(--quiet); font-size: 0.9375rem; }
.facts dd { margin: 0; }
.codes { list-style: none; margin: 1.5rem 0; padding: 1.25rem; border-radius: var(--radius); background: var(--panel);
  display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); gap: 0.625rem 1.5rem; white-space: nowrap; overflow-wrap: normal; font: 600 1rem/1.5 ui-monospace, Menlo, Consolas, monospace; }
.qr { display: block; width: min(100%, 14rem); aspect-ratio: 1; padding: 0.75rem; margin: 1.5rem 0; background: #fff; border-radius: var(--radius); border: 1px solid var(--line); }
.key { display: block; padding: 0.75rem 1rem; background: var(--panel); border-radius: var(--radius); font-size: 1rem; }
.wizard { padding-left: 1.25rem; }
.wizard li { margin: 0.5rem 0; }
@media (min-width: 52rem) {
  .account { grid-template-columns: 12rem minmax(0, 1fr); gap: 2.5rem; }
  .account > nav ul { flex-direction: column; }
  .facts > div { display: grid; grid-template-columns: 12rem minmax(0, 1fr); gap: 1rem; }
}
.account form { max-width: 27.5rem; justify-items: start; }
.account form .field { width: 100%; }
.landing .enter { margin: 1.5rem 0 0; }
@media print {
  .bar, .skip, .hosted form, .account > nav, .after, .links, .notice { display: none; }
  .hosted, .hosted main { background: #fff; color: #000; padding: 0; }
  .card { border: 0; box-shadow: none; padding: 0; }
  .codes { background: none; border: 1px solid #000; grid-template-columns: repeat(2, 1fr); }
}
@media (forced-colors: active) { .main { border-color: ButtonText; } }
`;
