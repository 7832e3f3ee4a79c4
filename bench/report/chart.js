"use strict";
// A small chart: axes that may be logarithmic, lines, points and their titles, as SVG.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 640, HEIGHT = 400, LEFT = 62, RIGHT = 16, TOP = 12, BOTTOM = 46;

function node(name, attributes, parent, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  if (parent) parent.append(made);
  return made;
}

function shortNumber(value) {
  if (value >= 1e6) return +(value / 1e6).toPrecision(3) + "M";
  if (value >= 1e4) return +(value / 1e3).toPrecision(3) + "k";
  return String(+value.toPrecision(3));
}

function logScale(low, high, from, to) {
  const first = Math.floor(Math.log10(low) * 2) / 2, last = Math.max(Math.ceil(Math.log10(high) * 2) / 2, first + 0.5);
  const scale = (value) => from + (Math.log10(value) - first) / (last - first) * (to - from);
  scale.ticks = [];
  for (let power = Math.ceil(first); power <= last; ++power) scale.ticks.push(10 ** power);
  if (scale.ticks.length < 3)
    for (let power = Math.floor(first); power <= last; ++power)
      for (const digit of [2, 5]) {
        const tick = digit * 10 ** power;
        if (Math.log10(tick) >= first && Math.log10(tick) <= last) scale.ticks.push(tick);
      }
  scale.ends = [10 ** first, 10 ** last];
  return scale;
}

function linearScale(low, high, from, to) {
  const span = high - low || 1, step = 10 ** Math.floor(Math.log10(span / 4));
  const nice = [1, 2, 5, 10].map((factor) => factor * step).find((size) => span / size <= 6);
  const scale = (value) => from + (value - low) / span * (to - from);
  scale.ticks = [];
  for (let tick = Math.ceil(low / nice) * nice; tick <= high + nice * 1e-6; tick += nice) scale.ticks.push(tick);
  scale.ends = [low, high];
  return scale;
}

class Chart {
  constructor(figure, x, y, xTitle, yTitle) {
    figure.replaceChildren();
    this.svg = node("svg", {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "font-family": "system-ui, sans-serif", "font-size": 12}, figure);
    this.x = x; this.y = y;
    const label = (text, attributes) => node("text", {fill: "var(--faint)", ...attributes}, this.svg, text);
    for (const tick of x.ticks) {
      node("line", {x1: x(tick), x2: x(tick), y1: TOP, y2: HEIGHT - BOTTOM, stroke: "var(--line)"}, this.svg);
      label(x.names ? x.names[tick] ?? "" : shortNumber(tick), {x: x(tick), y: HEIGHT - BOTTOM + 16, "text-anchor": "middle"});
    }
    for (const tick of y.ticks) {
      node("line", {x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick), stroke: "var(--line)"}, this.svg);
      if (y.names) label(y.names[tick] ?? "", {x: LEFT + 4, y: y(tick) - 26});  // However long it is.
      else label(shortNumber(tick), {x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end"});
    }
    label(xTitle, {x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 8, "text-anchor": "middle"});
    label(yTitle, {transform: `translate(14 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)`, "text-anchor": "middle"});
    const button = document.createElement("button");
    button.type = "button"; button.textContent = "SVG"; button.title = "Save this chart as an SVG file";
    button.onclick = () => saveSvg(this.svg, figure.id + ".svg");
    figure.append(button);
  }
  line(points, colour, attributes = {}) {
    if (points.length < 1) return;
    node("path", {d: points.map(([x, y], i) => `${i ? "L" : "M"}${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)}`).join(""),
      fill: "none", stroke: colour, "stroke-width": 2, "stroke-linejoin": "round", ...attributes}, this.svg);
  }
  point(x, y, colour, title, attributes = {}) {
    const dot = node("circle", {cx: this.x(x).toFixed(1), cy: this.y(y).toFixed(1), r: 3.2, fill: colour, "fill-opacity": 0.65, ...attributes}, this.svg);
    if (title) node("title", {}, dot, title);
    return dot;
  }
  legend(entries) {
    entries.forEach(([name, colour], i) => {
      node("rect", {x: LEFT + 10, y: TOP + 8 + 17 * i, width: 10, height: 10, rx: 2, fill: colour}, this.svg);
      node("text", {x: LEFT + 25, y: TOP + 17 + 17 * i, fill: "var(--text)"}, this.svg, name);
    });
  }
}

// The file stands alone: the colours of the moment are written into it.
function saveSvg(svg, name) {
  const style = getComputedStyle(document.documentElement);
  const copy = svg.cloneNode(true);
  copy.setAttribute("xmlns", SVG);
  copy.insertBefore(node("rect", {width: WIDTH, height: HEIGHT, fill: style.getPropertyValue("--back").trim()}), copy.firstChild);
  const text = new XMLSerializer().serializeToString(copy).replace(/var\((--[a-z0-9]+)\)/g, (_, key) => style.getPropertyValue(key).trim());
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], {type: "image/svg+xml"}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
