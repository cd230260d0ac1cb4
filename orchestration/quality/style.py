"""The look of the report: one inlined style sheet, light and dark."""

CSS = """\
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #ffffff; --ink: #22252b; --soft: #686d78; --line: #e6e3dd;
  --good: #24704e; --good-paper: #eaf3ee; --bad: #a83232; --bad-paper: #fbeeec;
  --warn: #8a5a00; --warn-paper: #faf2df;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171b; --card: #1c1f24; --ink: #e4e6ea; --soft: #979da8; --line: #2d3138;
    --good: #7cc6a0; --good-paper: #17271f; --bad: #f09a92; --bad-paper: #2e1b1b;
    --warn: #dfb469; --warn-paper: #2a2317;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1 { font-size: 2.1rem; line-height: 1.15; letter-spacing: -.02em; margin: .1rem 0 .4rem; font-weight: 650; }
h2 { font-size: 1.05rem; margin: 2.75rem 0 .8rem; font-weight: 620; }
h3 { font-size: 1rem; margin: .35rem 0 .15rem; font-weight: 600; }
p { margin: .2rem 0; }
code { font: .86em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
header { border-radius: 14px; padding: 1.6rem 1.8rem; border: 1px solid var(--line); border-left: 6px solid; }
header.good { background: var(--good-paper); border-left-color: var(--good); }
header.bad { background: var(--bad-paper); border-left-color: var(--bad); }
header.good h1 { color: var(--good); }
header.bad h1 { color: var(--bad); }
.eyebrow { color: var(--soft); font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; }
.lead { font-size: 1.05rem; }
.reasons { margin: .8rem 0 0; padding-left: 1.1rem; }
.reasons li { margin: .3rem 0; overflow-wrap: anywhere; }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 2.2rem; margin: 1.1rem 0 0; }
.facts dt { color: var(--soft); font-size: .8rem; }
.facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem;
  margin-top: 1rem; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: .85rem 1rem; }
.tile b { display: block; font-size: 1.5rem; font-weight: 620; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: .85rem; }
.tile.bad b { color: var(--bad); }
.tile.warn b { color: var(--warn); }
article, details { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  margin: 0 0 .75rem; }
article { padding: 1rem 1.2rem; border-left: 4px solid; }
article.fail { border-left-color: var(--bad); }
article.warn { border-left-color: var(--warn); }
.where { color: var(--soft); }
summary { cursor: pointer; padding: .75rem 1.2rem; }
details > .scroll { padding: 0 1.2rem .9rem; }
.aside { color: var(--soft); font-size: .88rem; }
summary .aside { float: right; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; color: var(--soft); font-size: .8rem; padding: .7rem 0 .15rem; }
th { text-align: left; white-space: nowrap; font-weight: 550; color: var(--soft); font-size: .8rem; }
th, td { padding: .42rem 1rem .42rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
td code { overflow-wrap: anywhere; }
tbody tr:last-child td { border-bottom: 0; }
.none { color: var(--soft); }
.number { white-space: nowrap; }
.where { margin-bottom: .4rem; }
.sha { color: var(--soft); font-size: .76em; }
.mark { display: inline-block; min-width: 4.6rem; text-align: center; border-radius: 999px;
  padding: .05rem .6rem; font-size: .78rem; font-weight: 550; }
.mark.ok { color: var(--good); background: var(--good-paper); }
.mark.fail { color: var(--bad); background: var(--bad-paper); }
.mark.warn { color: var(--warn); background: var(--warn-paper); }
figure { margin: 0 0 1.2rem; }
figure svg { display: block; max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 12px; }
figcaption { color: var(--soft); font-size: .85rem; margin-top: .4rem; }
footer { margin-top: 3rem; color: var(--soft); font-size: .85rem; }
@media print { body { background: none; } main { max-width: none; padding: 0; }
  details, figure { break-inside: avoid; } }
"""
