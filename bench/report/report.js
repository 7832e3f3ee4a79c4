// What the page shows of the data: runs, the newest last, and the rows of that one.

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const ANSWERS = ["solved", "unproven", "unsatisfiable"];
const run = data.runs[data.runs.length - 1];
const solvers = run.solvers.map((solver) => solver.label);
const colourOf = (solver) => `var(--c${Math.max(0, solvers.indexOf(solver)) % 8})`;
const state = {metric: "total", ours: data.ours, peer: solvers.find((label) => label !== data.ours), filter: "", chosen: null, sort: null};

function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b), at = q * (sorted.length - 1), below = Math.floor(at);
  return sorted[below] + (at - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
}
const median = (values) => quantile(values, 0.5);
const unit = () => state.metric === "memory" ? "MB" : "ms";
const format = (value) => value === undefined || Number.isNaN(value) ? "–" : value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2);
const answered = (sample) => sample && ANSWERS.includes(sample.status);
// 0 has no logarithm; nothing here is measured to better than a microsecond.
const shown = (sample) => Math.max(median(sample[state.metric]), 1e-3);

function rows() {
  const word = state.filter.toLowerCase();
  return run.rows.filter((row) => !word || row.problem.toLowerCase().includes(word) || row.tags.some((tag) => tag.toLowerCase() === word));
}
function values(solver, list = rows()) {
  return list.map((row) => row.samples[solver]).filter(answered).map(shown);
}
function cell(row, text, attributes = {}) {
  const made = row.insertCell();
  made.append(text);
  Object.assign(made, attributes);
  return made;
}
function head(table, titles) {
  table.replaceChildren();
  const row = table.createTHead().insertRow();
  return titles.map((title) => {
    const made = document.createElement("th");
    made.append(title);
    row.append(made);
    return made;
  });
}

function drawSummary() {
  const table = byId("summary");
  head(table, ["solver", "version", "problems", "solved", "unsatisfiable", "failed", "best plans", `median ${unit()}`, "p90", "p99", "max"]);
  const body = table.createTBody();
  for (const {label, version} of run.solvers) {
    const samples = rows().map((row) => row.samples[label]).filter(Boolean), times = values(label), row = body.insertRow();
    const count = (wanted) => samples.filter((sample) => wanted.includes(sample.status)).length;
    const key = document.createElement("span");
    key.className = "key"; key.style.background = colourOf(label);
    cell(row, key).append(label);
    const failed = samples.length - count(ANSWERS);
    for (const text of [version, samples.length, count(["solved", "unproven"]), count(["unsatisfiable"])]) cell(row, String(text));
    cell(row, String(failed), {className: failed ? "bad" : ""});
    const judged = samples.filter((sample) => sample.verdict);
    cell(row, judged.length ? `${judged.filter((sample) => sample.verdict === "best").length} of ${judged.length}` : "–",
      {title: "plans that are the best there is by the objective of satchel, of those that were compared with it"});
    for (const q of [0.5, 0.9, 0.99, 1]) cell(row, times.length ? format(quantile(times, q)) : "–");
  }
  const both = pairs();
  byId("ratio").textContent = both.length ? `${state.peer} to ${state.ours} on the ${both.length} problems that both answered: median ratio ` +
    `${format(median(both.map(({ours, peer}) => peer / ours)))}, least ${format(Math.min(...both.map(({ours, peer}) => peer / ours)))}.` : "";
}

function pairs() {
  return rows().filter((row) => answered(row.samples[state.ours]) && answered(row.samples[state.peer]))
    .map((row) => ({row, ours: shown(row.samples[state.ours]), peer: shown(row.samples[state.peer])}));
}

function drawCactus() {
  const series = solvers.map((solver) => [solver, values(solver).sort((a, b) => a - b)]).filter(([, list]) => list.length);
  const all = series.flatMap(([, list]) => list);
  if (!all.length) return byId("cactus").replaceChildren("Nothing was answered.");
  const chart = new Chart(byId("cactus"), linearScale(0, Math.max(...series.map(([, list]) => list.length)), LEFT, WIDTH - RIGHT),
    logScale(Math.min(...all), Math.max(...all), HEIGHT - BOTTOM, TOP), "problems answered", unit());
  for (const [solver, list] of series) chart.line(list.map((value, i) => [i + 1, value]), colourOf(solver));
  chart.legend(series.map(([solver]) => [solver, colourOf(solver)]));
}

function drawScatter() {
  const both = pairs();
  if (!both.length) return byId("scatter").replaceChildren("No problem was answered by both.");
  const all = both.flatMap(({ours, peer}) => [ours, peer]);
  const low = Math.min(...all), high = Math.max(...all);
  const x = logScale(low, high, LEFT, WIDTH - RIGHT), y = logScale(low, high, HEIGHT - BOTTOM, TOP);
  const chart = new Chart(byId("scatter"), x, y, `${state.ours}, ${unit()}`, `${state.peer}, ${unit()}`);
  const [first, last] = x.ends;
  chart.line([[first, first], [last, last]], "var(--faint)", {"stroke-width": 1.2});
  if (last / first > 10) chart.line([[first, first * 10], [last / 10, last]], "var(--faint)", {"stroke-width": 1.2, "stroke-dasharray": "5 4"});
  for (const {row, ours, peer} of both) {
    const colour = row.samples[state.ours].status === "unsatisfiable" ? "var(--c1)" : "var(--c0)";
    const dot = chart.point(ours, peer, colour, `${row.problem}: ${format(ours)} and ${format(peer)} ${unit()}, ${format(peer / ours)}x`);
    dot.style.cursor = "pointer";
    dot.onclick = () => choose(row.problem);
  }
  chart.legend([["with a plan", "var(--c0)"], ["unsatisfiable", "var(--c1)"]]);
}

function drawGrowth() {
  const sizes = [...new Set(rows().map((row) => row.records).filter((size) => size > 0))].sort((a, b) => a - b);
  byId("growth-section").hidden = sizes.length < 2;
  if (sizes.length < 2) return;
  const series = solvers.map((solver) => [solver, sizes.map((size) => [size, values(solver, rows().filter((row) => row.records === size))])
    .filter(([, list]) => list.length).map(([size, list]) => [size, median(list)])]).filter(([, points]) => points.length);
  const all = series.flatMap(([, points]) => points.map(([, value]) => value));
  if (!all.length) return;
  const chart = new Chart(byId("growth"), logScale(sizes[0], sizes[sizes.length - 1], LEFT, WIDTH - RIGHT),
    logScale(Math.min(...all), Math.max(...all), HEIGHT - BOTTOM, TOP), "records in the channels", unit());
  for (const [solver, points] of series) {
    chart.line(points, colourOf(solver));
    for (const [size, value] of points) chart.point(size, value, colourOf(solver), `${solver}, ${size} records: ${format(value)} ${unit()}`);
  }
  chart.legend(series.map(([solver]) => [solver, colourOf(solver)]));
}

function drawHistory() {
  byId("history-section").hidden = data.runs.length < 2;
  if (data.runs.length < 2) return;
  const medianIn = (one, solver) => {
    const list = one.rows.map((row) => row.samples[solver]).filter(answered).map(shown);
    return list.length ? median(list) : undefined;
  };
  const series = solvers.map((solver) => [solver, data.runs.map((one, i) => [i, medianIn(one, solver)]).filter(([, value]) => value !== undefined)])
    .filter(([, points]) => points.length);
  const all = series.flatMap(([, points]) => points.map(([, value]) => value));
  if (!all.length) return;
  const x = linearScale(-0.5, data.runs.length - 0.5, LEFT, WIDTH - RIGHT);
  const every = Math.ceil(data.runs.length / 8);
  x.ticks = data.runs.map((_, i) => i).filter((i) => i % every === 0);
  x.names = Object.fromEntries(data.runs.map((one, i) => [i, (one.revision || one.started.slice(0, 10)).slice(0, 10)]));
  const chart = new Chart(byId("history"), x, logScale(Math.min(...all), Math.max(...all), HEIGHT - BOTTOM, TOP), "run", unit());
  for (const [solver, points] of series) {
    chart.line(points, colourOf(solver));
    for (const [i, value] of points) chart.point(i, value, colourOf(solver), `${solver}, ${data.runs[i].started}: ${format(value)} ${unit()}`);
  }
  chart.legend(series.map(([solver]) => [solver, colourOf(solver)]));
}

function drawOne() {
  const row = run.rows.find((candidate) => candidate.problem === state.chosen);
  byId("one-section").hidden = !row;
  if (!row) return;
  byId("one-title").textContent = row.problem;
  const present = solvers.filter((solver) => row.samples[solver]);
  const all = present.flatMap((solver) => row.samples[solver][state.metric]).map((value) => Math.max(value, 1e-3));
  const y = linearScale(-0.5, present.length - 0.5, TOP, HEIGHT - BOTTOM);
  y.ticks = present.map((_, i) => i);
  y.names = Object.fromEntries(present.map((solver, i) => [i, solver]));
  const chart = new Chart(byId("one"), logScale(Math.min(...all), Math.max(...all), LEFT, WIDTH - RIGHT), y, unit(), "");
  present.forEach((solver, i) => {
    const list = row.samples[solver][state.metric].map((value) => Math.max(value, 1e-3));
    chart.line([[quantile(list, 0.25), i], [quantile(list, 0.75), i]], colourOf(solver), {"stroke-width": 14, "stroke-opacity": 0.3});
    list.forEach((value, k) => chart.point(value, i + 0.22 * Math.sin(2.4 * k), colourOf(solver), `${solver}: ${format(value)} ${unit()}`));
    chart.point(median(list), i, "var(--text)", `median ${format(median(list))} ${unit()}`, {r: 4.5, "fill-opacity": 1});
  });
}

function sparkline(list) {
  const svg = node("svg", {width: 60, height: 16, viewBox: "0 0 60 16"});
  const low = Math.min(...list), span = Math.max(...list) - low || 1;
  const at = (value, i) => `${(2 + 56 * i / Math.max(1, list.length - 1)).toFixed(1)} ${(14 - 12 * (value - low) / span).toFixed(1)}`;
  node("path", {d: list.map((value, i) => (i ? "L" : "M") + at(value, i)).join(""), fill: "none", stroke: "var(--faint)", "stroke-width": 1.2}, svg);
  return svg;
}

function drawProblems() {
  const table = byId("problems"), ratio = (row) => answered(row.samples[state.ours]) && answered(row.samples[state.peer])
    ? shown(row.samples[state.peer]) / shown(row.samples[state.ours]) : undefined;
  const columns = [["problem", (row) => row.problem]];
  for (const solver of solvers) columns.push([`${solver} ${unit()}`, (row) => answered(row.samples[solver]) ? shown(row.samples[solver]) : undefined]);
  if (state.peer) columns.push([`${state.peer} / ${state.ours}`, ratio]);
  head(table, columns.map(([title]) => title)).forEach((made, i) => {
    made.onclick = () => { state.sort = {column: i, down: state.sort?.column === i ? !state.sort.down : i > 0}; drawProblems(); };
  });
  const list = rows();
  if (state.sort) {
    const key = columns[state.sort.column][1], sign = state.sort.down ? -1 : 1;
    list.sort((a, b) => { const p = key(a) ?? -1, q = key(b) ?? -1; return sign * (p < q ? -1 : p > q ? 1 : 0); });
  }
  const body = table.createTBody();
  for (const row of list) {
    const line = body.insertRow();
    if (row.problem === state.chosen) line.className = "chosen";
    line.onclick = () => choose(row.problem);
    cell(line, row.problem, {title: row.tags.join(", ")});
    for (const solver of solvers) {
      const sample = row.samples[solver];
      if (!answered(sample)) { cell(line, sample ? sample.status : "–", {className: sample ? "bad" : "", title: sample?.message ?? ""}); continue; }
      const made = cell(line, "", {title: `${sample.status}, ${sample.packages} packages`});
      if (sample[state.metric].length > 1) made.append(sparkline(sample[state.metric]), " ");
      made.append(format(shown(sample)));
      const wrong = row.expected && (sample.status === "unsatisfiable") !== (row.expected === "unsatisfiable");
      if (sample.verdict && sample.verdict !== "best") {
        made.append(" ▾");
        made.title += `; its plan is ${sample.verdict}: ${sample.detail}`;
      }
      if (wrong) { made.className = "bad"; made.title += `, expected ${row.expected}`; }
    }
    if (state.peer) cell(line, ratio(row) === undefined ? "–" : format(ratio(row)) + "x");
  }
}

function choose(problem) {
  state.chosen = problem;
  drawOne();
  drawProblems();
}
function draw() {
  for (const part of [drawSummary, drawCactus, drawScatter, drawGrowth, drawHistory, drawOne, drawProblems]) part();
}

for (const [id, chosen] of [["ours", state.ours], ["peer", state.peer]])
  for (const solver of solvers) byId(id).append(new Option(solver, solver, false, solver === chosen));
for (const id of ["metric", "ours", "peer"]) byId(id).onchange = (event) => { state[id] = event.target.value; draw(); };
byId("filter").oninput = (event) => { state.filter = event.target.value; draw(); };
byId("theme").onclick = () => {
  const root = document.documentElement, dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
};
byId("about").textContent = [run.corpus, run.started, `${run.rows.length} problems`, `${run.repetitions} repetitions`, `mode ${run.mode}`, `${run.cache} cache`].join(" · ");
byId("machine").textContent = run.machine;
state.chosen = run.rows[0]?.problem ?? null;
draw();
