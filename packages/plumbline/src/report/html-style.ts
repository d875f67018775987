/** The one stylesheet of a report: both themes, a phone, and paper. 8 px grid, system fonts. */
export const LIGHT = `
  --page: #fdfdfb; --panel: #f6f6f3; --ink: #1b1d20; --muted: #5f646c; --quiet: #4c6078;
  --rule: #e2e2de; --accent: #2c5cc5; --ship: #17724a; --veto: #bb2d25; --near: #915a00;
  --grey: #666b73; --limit: #8d2a23; --harm-zone: rgb(187 45 37 / 0.07); --hatch: rgb(95 100 108 / 0.16);`;

export const DARK = `
  --page: #121417; --panel: #1a1d21; --ink: #e7e8ea; --muted: #9aa1ab; --quiet: #93abc9;
  --rule: #2b2f35; --accent: #86aaff; --ship: #55c893; --veto: #ff8278; --near: #e2ab52;
  --grey: #9aa1ab; --limit: #e58a83; --harm-zone: rgb(255 130 120 / 0.10); --hatch: rgb(154 161 171 / 0.20);`;

/** All but the colours of the two themes. */
export const RULES = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; padding: 32px 24px 64px; background: var(--page); color: var(--ink);
  font: 15px/24px system-ui, -apple-system, "Segoe UI", Roboto, "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
main { max-width: 880px; margin: 0 auto; }
h1, h2, h3, p, ol, ul, dl, dd, figure, table, pre { margin: 0; padding: 0; }
h2 { font-size: 17px; line-height: 24px; font-weight: 650; margin: 48px 0 8px; padding-top: 15px; border-top: 1px solid var(--rule); }
h3 { font-size: 14px; line-height: 24px; font-weight: 650; margin: 24px 0 0; }
h4 { font-size: 13px; line-height: 24px; font-weight: 600; margin: 16px 0 0; }
h3, h4, summary, figcaption { overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12.5px; line-height: 20px; }
.muted, .lead { color: var(--muted); }
.lead { margin-bottom: 16px; }
.nowrap { white-space: nowrap; overflow-wrap: normal; }

.verdict { border-left: 4px solid var(--tone); padding: 0 0 0 20px; }
.verdict .id { color: var(--muted); font-size: 13px; }
.verdict h1 { display: flex; align-items: center; gap: 12px; color: var(--tone); font-size: 32px; line-height: 48px; font-weight: 700; letter-spacing: -0.01em; }
.verdict .reason { font-size: 18px; line-height: 28px; max-width: 62ch; }
.verdict .next { margin-top: 8px; max-width: 72ch; }
.verdict .moment { margin-top: 8px; max-width: 72ch; color: var(--muted); }
.verdict .moment strong { color: var(--ink); }
.verdict ul { list-style: none; margin-top: 16px; }
.verdict li { padding: 4px 0; }
.verdict.ship { --tone: var(--ship); } .verdict.veto { --tone: var(--veto); }
.verdict.no_ship { --tone: var(--ink); } .verdict.invalid { --tone: var(--grey); } .verdict.continue { --tone: var(--accent); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0 24px; margin-top: 32px; font-size: 13px; line-height: 24px; }
.facts dt { color: var(--muted); }

.badge {
  display: inline-flex; align-items: center; justify-content: center; flex: none; width: 20px; height: 20px;
  border: 1.5px solid currentColor; border-radius: 50%; font-size: 12px; line-height: 1; font-weight: 700;
}
h1 .badge { width: 36px; height: 36px; font-size: 20px; border-width: 2.5px; }
.clear, .ok, .tone-ship { color: var(--ship); } .breach, .fatal, .tone-veto { color: var(--veto); }
.near, .warning { color: var(--near); } .note, .tone-continue { color: var(--accent); }
.underpowered, .not_evaluable, .ungated, .tone-invalid { color: var(--grey); }
.underpowered .badge { border-style: dashed; }

.invalid-note, .stamp { border: 1px solid var(--grey); border-left-width: 4px; padding: 7px 16px; margin: 0 0 16px; font-weight: 600; }

figure { margin-top: 16px; }
figcaption { font-size: 13px; line-height: 20px; color: var(--muted); margin: 8px 0 16px; max-width: 84ch; }
.legend { display: flex; flex-wrap: wrap; gap: 0 20px; list-style: none; font-size: 12px; line-height: 24px; color: var(--muted); }
.legend li { display: inline-flex; align-items: center; gap: 6px; }
svg.forest, svg.sequential { display: block; width: 100%; height: auto; font-family: inherit; overflow: visible; }
svg.forest text, svg.sequential text { white-space: pre; }
svg.forest.narrow, svg.sequential.narrow { display: none; }
.defs { position: absolute; width: 0; height: 0; }

.scroll { overflow-x: auto; margin-top: 8px; }
table { border-collapse: collapse; width: 100%; font-size: 12.5px; line-height: 20px; }
th { text-align: left; font-weight: 500; color: var(--muted); vertical-align: bottom; white-space: nowrap; }
td, th { overflow-wrap: break-word; }
th[scope=row] { color: var(--ink); font-weight: 600; white-space: normal; min-width: 140px; max-width: 260px; vertical-align: top; }
th small, td small { display: block; font-size: 11px; line-height: 16px; font-weight: 400; color: var(--muted); }
th, td { padding: 5px 16px 6px 0; border-bottom: 1px solid var(--rule); }
th:last-child, td:last-child { padding-right: 0; }
td { vertical-align: top; }
.effects { min-width: 620px; }
.num { text-align: right; white-space: nowrap; overflow-wrap: normal; }
.num.long { white-space: normal; overflow-wrap: anywhere; }
tr.raw th, tr.raw td { color: var(--muted); font-weight: 400; }
tr:has(+ tr.raw) > * { border-bottom-color: transparent; }

.gate { list-style: none; margin-top: 8px; border-left: 1.5px solid var(--rule); margin-left: 9px; }
.gate > li { position: relative; padding: 6px 0 6px 28px; }
.gate > li > .badge { position: absolute; left: -11px; top: 8px; background: var(--page); }
.gate .kind { font-size: 12px; color: var(--muted); padding-top: 16px; padding-bottom: 0; }
.gate .word { font-weight: 650; margin-right: 4px; }
.gate .figures { color: var(--muted); font-size: 12.5px; line-height: 20px; display: block; }
.gate .sentence { color: var(--ink); }
.gate .after .sentence { color: var(--muted); }
.gate .stop { margin: 4px 0; padding: 7px 0 7px 28px; font-weight: 650; border-top: 1.5px solid currentColor; }
.gate .end { font-weight: 650; }

.decision { display: grid; grid-template-columns: 20px 1fr; gap: 8px; margin-top: 16px; align-items: start; }
.decision .badge { margin-top: 2px; }
.decision .word { font-weight: 650; }
.decision .text { color: var(--ink); }
.decision .figures { display: block; color: var(--muted); font-size: 13px; }
.looks { min-width: 520px; max-width: 720px; }
.looks th[scope=row] { min-width: 0; }
tr.now > * { font-weight: 650; color: var(--accent); }
tr.to_come td { color: var(--muted); }

.policies th[scope=row], .policies td { vertical-align: top; }
.policies tr.declared > th { color: var(--accent); }
.policies .badge { width: 16px; height: 16px; font-size: 10px; }
.false-veto { margin-top: 16px; max-width: 84ch; }

.findings { list-style: none; }
.findings li { display: grid; grid-template-columns: 20px 1fr; gap: 8px; padding: 4px 0; align-items: start; }
.findings .badge { margin-top: 2px; }
.findings .word { font-weight: 650; }
.findings .text { color: var(--ink); }
.findings .figures { display: block; color: var(--muted); font-size: 12px; line-height: 20px; }
.origin-default { color: var(--near); }

details { margin-top: 8px; }
summary { cursor: pointer; font-size: 13px; color: var(--accent); line-height: 24px; width: max-content; max-width: 100%; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
pre { background: var(--panel); padding: 16px; margin-top: 8px; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2; }
footer { margin-top: 48px; padding-top: 15px; border-top: 1px solid var(--rule); font-size: 12px; color: var(--muted); }

@media screen and (max-width: 760px) {
  body { padding: 16px 16px 48px; }
  .verdict { padding-left: 14px; }
  .verdict h1 { font-size: 26px; line-height: 40px; }
  .verdict .reason { font-size: 16px; line-height: 24px; }
  .facts { grid-template-columns: 1fr; } .facts dd { margin-bottom: 8px; }
  svg.forest.wide, svg.sequential.wide { display: none; }
  svg.forest.narrow, svg.sequential.narrow { display: block; max-width: 480px; }
}
@media print {
  :root { color-scheme: light; ${LIGHT} --page: #fff; }
  @page { size: A4; margin: 14mm; }
  body { padding: 0; font-size: 10pt; line-height: 15pt; }
  main { max-width: none; }
  h2 { margin-top: 24px; break-after: avoid; } h3 { break-after: avoid; }
  .gate > li, .findings li, .decision, svg.sequential, tr, .verdict { break-inside: avoid; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; }
  summary { color: var(--muted); list-style: none; } summary::-webkit-details-marker { display: none; }
  .scroll { overflow: visible; } .effects, .looks { min-width: 0; }
  table { font-size: 7.5pt; line-height: 11pt; } th, td { padding-right: 7px; } th { white-space: normal; }
  th[scope=row] { min-width: 90px; } th[scope=row] small, td small { font-size: 6.5pt; line-height: 9pt; }
  pre { font-size: 7.5pt; line-height: 11pt; background: none; border: 1px solid var(--rule); padding: 8px; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

/** The theme that the reader's system asks for. */
export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }${RULES}`;
