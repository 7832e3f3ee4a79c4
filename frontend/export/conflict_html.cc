#include "frontend/export/conflict_html.h"

#include "absl/strings/str_replace.h"

#include "base/strings.h"

namespace satchel {
namespace {

// The page around the data. Nodes are buttons of an ARIA tree, laid out by depth from left to
// right; the lines between them are drawn below them in one SVG.
constexpr char kPage[] = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Why there is no plan</title>
<style>
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6675; --paper: #fbfbf9; --card: #ffffff;
  --line: #c3c9d1; --end: #b3261e; --end-card: #fdecea; --root: #1f5fae; --root-card: #e8f0fb;
  --good: #1f7a3d; --mark: #ffe27a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaf0; --soft: #9aa5b4; --paper: #14181f;
  --card: #1e242d; --line: #46505d; --end: #ff8a80; --end-card: #3b2220; --root: #8ab8ff;
  --root-card: #1d2d44; --good: #7ddc9a; --mark: #7a6512; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.4 system-ui, "DejaVu Sans", sans-serif; }
header { padding: 18px 24px 6px; }
h1 { font-size: 20px; margin: 0 0 6px; }
h2 { font-size: 16px; margin: 18px 24px 6px; }
.bar { display: flex; gap: 10px; align-items: center; flex-wrap: wrap; padding: 0 24px 8px; }
.bar input { font: inherit; padding: 5px 9px; min-width: 240px; color: inherit;
  background: var(--card); border: 1px solid var(--line); border-radius: 6px; }
.bar button { font: inherit; padding: 5px 10px; color: inherit; background: var(--card);
  border: 1px solid var(--line); border-radius: 6px; cursor: pointer; }
.hint, #count { color: var(--soft); font-size: 13px; }
#scroll { overflow: auto; border-block: 1px solid var(--line); }
#graph { position: relative; }
#graph svg { position: absolute; inset: 0; pointer-events: none; }
.node { position: absolute; width: 250px; text-align: left; font: inherit; font-size: 14px;
  color: inherit; background: var(--card); border: 1.5px solid var(--line); border-radius: 8px;
  padding: 7px 10px; cursor: pointer; overflow-wrap: anywhere; }
.node.root { border-color: var(--root); background: var(--root-card); }
.node.end { border-color: var(--end); background: var(--end-card); }
.node .why { display: block; color: var(--end); margin-top: 3px; }
.node .more { color: var(--soft); font-size: 12px; display: block; margin-top: 3px; }
.node.hit { box-shadow: 0 0 0 4px var(--mark); }
:focus-visible { outline: 3px solid var(--root); outline-offset: 2px; }
#about { padding: 8px 24px; min-height: 66px; color: var(--soft); font-size: 13px;
  overflow-wrap: anywhere; }
#about b { color: var(--ink); }
ol { margin: 0 24px 30px; padding-left: 22px; }
li { margin-bottom: 10px; }
li .change { color: var(--good); font-weight: 600; }
code { display: block; background: var(--card); border: 1px solid var(--line); border-radius: 6px;
  padding: 5px 8px; margin: 4px 0; overflow-x: auto; white-space: pre; font-size: 13px; }
path { fill: none; stroke: var(--line); stroke-width: 1.6; }
path.clash { stroke: var(--end); stroke-dasharray: 5 4; }
</style>
</head>
<body>
<header><h1 id="title"></h1></header>
<div class="bar" role="search">
<input id="search" type="search" placeholder="Search packages and versions ( / )"
 aria-label="Search the reasons">
<span id="count" role="status" aria-live="polite"></span>
<button id="open" type="button">Open all</button>
<button id="fold" type="button">Fold all</button>
<span class="hint">Arrow keys move, open and fold; Enter folds or opens</span>
</div>
<div id="scroll"><div id="graph" role="tree" aria-label="Reasons"></div></div>
<div id="about" aria-live="polite"></div>
<section id="fixes"></section>
<script type="application/json" id="data">@DATA@</script>
<script>
"use strict";
const answer = JSON.parse(document.getElementById("data").textContent).satchel;
const nodes = answer.reasons.map((r, id) => ({ ...r, id, children: [], folded: false }));
const roots = [];
for (const n of nodes) (n.parent === null ? roots : nodes[n.parent].children).push(n);
const graph = document.getElementById("graph");
const about = document.getElementById("about");
const search = document.getElementById("search");
const kWidth = 250, kGapX = 56, kGapY = 14, kEdge = 24;
let active = roots[0];

const asked = nodes.filter(n => ["requested", "pinned", "kept"].includes(n.kind))
  .map(n => n.target.spec + (n.kind === "pinned" ? " (pin)" : ""));
document.getElementById("title").textContent =
  asked.join(", ") + (asked.length === 1 ? " cannot be met" : " conflict");

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
for (const n of nodes) {
  const inline = nodes.filter(c => c.parent === n.id && c.told_by_parent).length;
  const ends = n.children.length === inline;
  n.box = element("button", "node" + (n.parent === null ? " root" : "") + (ends ? " end" : ""));
  n.box.type = "button";
  n.box.setAttribute("role", "treeitem");
  n.box.append(element("span", "", n.text));
  for (const b of n.because) n.box.append(element("span", "why", b));
  n.more = element("span", "more", "");
  n.box.append(n.more);
  n.box.addEventListener("click", () => { select(n); toggle(n); });
  n.box.addEventListener("focus", () => select(n));
  graph.append(n.box);
}
const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
svg.setAttribute("aria-hidden", "true");
graph.prepend(svg);

const visible = [];
function place(n, depth, top) {
  visible.push(n);
  n.depth = depth;
  n.box.hidden = false;
  n.box.style.left = kEdge + depth * (kWidth + kGapX) + "px";
  const below = n.folded ? [] : n.children;
  let y = top;
  for (const c of below) y = place(c, depth + 1, y) + kGapY;
  const own = n.box.offsetHeight;
  const span = below.length ? y - kGapY - top : 0;
  n.y = below.length && span > own ? (below[0].y + below[below.length - 1].y +
    below[below.length - 1].box.offsetHeight) / 2 - own / 2 : top;
  n.y = Math.max(n.y, top);
  n.box.style.top = n.y + "px";
  return Math.max(top + span, n.y + own);
}
function link(path, className) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "path");
  made.setAttribute("d", path);
  if (className) made.setAttribute("class", className);
  svg.append(made);
}
function draw() {
  for (const n of nodes) {
    n.more.textContent = n.children.length === 0 ? "" : n.folded
      ? "▸ " + count(n) + " more" : "▾";
    if (n.children.length) n.box.setAttribute("aria-expanded", String(!n.folded));
  }
  visible.length = 0;
  let y = kEdge;
  for (const r of roots) y = place(r, 0, y) + 2 * kGapY;
  for (const n of nodes) n.box.hidden = !visible.includes(n);  // Last: hiding takes the focus.
  svg.replaceChildren();
  let right = 0;
  for (const n of visible) {
    n.box.setAttribute("aria-level", String(n.depth + 1));
    n.box.tabIndex = n === active ? 0 : -1;
    const x = n.box.offsetLeft, middle = n.y + n.box.offsetHeight / 2;
    right = Math.max(right, x + kWidth);
    if (n.parent !== null) {
      const p = nodes[n.parent], px = p.box.offsetLeft + kWidth, py = p.y + p.box.offsetHeight / 2;
      link(`M${px} ${py}C${px + kGapX / 2} ${py} ${x - kGapX / 2} ${middle} ${x} ${middle}`);
    }
  }
  // What ends at the same package excludes each other.
  for (const n of visible) {
    if (!n.because.length || !n.target) continue;
    for (const other of visible) {
      if (other.id >= n.id || !other.target || other.target.name !== n.target.name) continue;
      if (other.told_by_parent && other.parent === n.id) continue;
      const x1 = n.box.offsetLeft + kWidth, y1 = n.y + n.box.offsetHeight / 2;
      const x2 = other.box.offsetLeft + kWidth, y2 = other.y + other.box.offsetHeight / 2;
      const bend = Math.max(x1, x2) + 44;
      right = Math.max(right, bend);
      link(`M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}`, "clash");
    }
  }
  graph.style.width = right + kEdge + "px";
  graph.style.height = y + kEdge + "px";
  svg.setAttribute("width", right + kEdge);
  svg.setAttribute("height", y + kEdge);
}
function count(n) { return n.children.reduce((sum, c) => sum + 1 + count(c), 0); }
function toggle(n) { if (n.children.length) { n.folded = !n.folded; draw(); } }
function reveal(n) {
  for (let p = n.parent; p !== null; p = nodes[p].parent) nodes[p].folded = false;
}
function select(n) {
  active = n;
  for (const other of visible) other.box.tabIndex = other === n ? 0 : -1;
  about.replaceChildren(element("b", "", n.text));
  for (const [what, part] of [["about", n.subject], ["would do", n.target]]) {
    if (!part) continue;
    const shown = part.records.slice(0, 12).join(", ");
    about.append(element("div", "", `${part.name}, ${part.records.length} records ${what}` +
      (shown ? ": " + shown : "") + (part.records.length > 12 ? ", ..." : "")));
  }
}
function go(n) { if (n) { reveal(n); active = n; draw(); n.box.focus(); } }
graph.addEventListener("keydown", event => {
  const at = visible.indexOf(active);
  const shown = active.folded ? [] : active.children;
  const moves = {
    ArrowDown: () => go(visible[at + 1]), ArrowUp: () => go(visible[at - 1]),
    Home: () => go(visible[0]), End: () => go(visible[visible.length - 1]),
    ArrowRight: () => active.folded ? toggle(active) : go(shown[0]),
    ArrowLeft: () => shown.length ? toggle(active)
      : go(active.parent === null ? null : nodes[active.parent]),
  };
  if (moves[event.key]) { event.preventDefault(); moves[event.key](); }
});
let hits = [];
search.addEventListener("input", () => {
  const wanted = search.value.trim().toLowerCase();
  const text = n => [n.text, ...n.because, ...(n.subject ? n.subject.records : []),
    ...(n.target ? n.target.records : [])].join("\n").toLowerCase();
  hits = wanted === "" ? [] : nodes.filter(n => text(n).includes(wanted));
  for (const n of nodes) n.box.classList.toggle("hit", hits.includes(n));
  hits.forEach(reveal);
  document.getElementById("count").textContent =
    wanted === "" ? "" : hits.length + (hits.length === 1 ? " match" : " matches");
  draw();
  if (hits[0]) hits[0].box.scrollIntoView({ block: "nearest", inline: "nearest" });
});
search.addEventListener("keydown", event => {
  if (event.key === "Enter" && hits.length) go(hits[(hits.indexOf(active) + 1) % hits.length]);
  if (event.key === "Escape") { search.value = ""; search.dispatchEvent(new Event("input")); }
});
document.addEventListener("keydown", event => {
  if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); }
});
document.getElementById("open").addEventListener("click", () => {
  for (const n of nodes) n.folded = false;
  draw();
});
document.getElementById("fold").addEventListener("click", () => {
  for (const n of nodes) n.folded = n.children.length > 0;
  active = roots[0];
  draw();
});
const fixes = document.getElementById("fixes");
if (answer.fixes.length) {
  fixes.append(element("h2", "", "Possible fixes, smallest change first"));
  const list = element("ol");
  for (const fix of answer.fixes) {
    const item = element("li");
    item.append(element("span", "change", fix.changes.map(c => c.text).join("; ")));
    if (fix.file) item.append(element("div", "hint", "in " + fix.file + ", and then"));
    if (fix.command) item.append(element("code", "", fix.command));
    const main = fix.packages.filter(p => p.requested).map(p => p.name + " " + p.version);
    item.append(element("div", "hint", "gives " + main.join(", ") + " (" + fix.packages.length +
      " packages)"));
    list.append(item);
  }
  fixes.append(list);
}
select(active);
draw();
window.addEventListener("resize", draw);
</script>
</body>
</html>
)html";

}  // namespace

std::string ToHtml(const Conflict& conflict, const FixList& fixes, const AnswerContext& context) {
  // Within a script element only "</" and "<!" mean anything.
  const std::string data =
      absl::StrReplaceAll(ToJson(conflict, fixes, context), {{"<", "\\u003c"}});
  return absl::StrReplaceAll(kPage, {{"@DATA@", data}});
}

}  // namespace satchel
