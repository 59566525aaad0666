/** How a report looks: on a light screen, on a dark one, on paper. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #59636e; --page: #ffffff; --line: #d1d9e0; --mark: #0b57d0; --soft: #0b57d026; --bad: #b3261e; --good: #146c2e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --faint: #9da7b1; --page: #0f1419; --line: #30363d; --mark: #7cacf8; --soft: #7cacf833; --bad: #f2b8b5; --good: #7fd99a; } }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 52rem; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
p, dd { max-width: 42rem; }
.question { font-size: 1.15rem; }
.faint, caption, figcaption { color: var(--faint); }
figure { margin: 0 0 1rem; }
svg { display: block; width: 100%; min-width: 40rem; height: auto; }
svg text { fill: var(--ink); font-size: 12px; font-family: system-ui, sans-serif; }
svg .label { fill: var(--faint); }
.grid { stroke: var(--line); stroke-width: 1; }
.line { fill: none; stroke: var(--mark); stroke-width: 2.5; }
.thin { fill: none; stroke: var(--mark); stroke-width: 1; opacity: .35; }
.band { fill: var(--soft); stroke: none; }
.bar { fill: var(--soft); stroke: var(--mark); stroke-width: 1.5; }
.ends { fill: none; stroke: var(--ink); stroke-width: 1.5; }
.scroll { overflow-x: auto; }
.scroll:focus-visible, pre:focus-visible, summary:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .5rem 0 1rem; }
caption { text-align: left; padding-bottom: .25rem; }
th, td { text-align: right; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th:first-child { text-align: left; font-weight: 400; }
tbody th { min-width: 11rem; }
thead th { font-weight: 600; }
thead th:first-child { font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.good { color: var(--good); }
small { color: var(--faint); white-space: nowrap; display: block; }
code, pre { font: .875rem/1.45 ui-monospace, monospace; }
pre { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; padding: .75rem; }
dt { color: var(--faint); }
dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
@media print { :root { color-scheme: light; --ink: #000; --faint: #444; --page: #fff; --line: #bbb; --mark: #0b57d0; --soft: #0b57d026; --bad: #8c1d18; --good: #0d5323; } body { max-width: none; padding: 0; } svg { min-width: 0; } figure, tr { break-inside: avoid; } h2 { break-after: avoid; } .scroll { overflow: visible; } details:not([open]) { display: none; } }
`
