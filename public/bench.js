// The page that measures a visitor's machine. `make bench-browser` serves it with
// peers.js beside it, which measures other libraries on the same cases; the site has none. Every
// word is in bench.html, the German ones in data-de.

const $ = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.search);
const german = /^de\b/i.test(asked.get("lang") || navigator.language || "");
if (german) {
  document.documentElement.lang = "de";
  for (const e of document.querySelectorAll("[data-de]")) e.textContent = e.dataset.de;
}
if (asked.has("lang")) $("home").search = new URLSearchParams({ lang: german ? "de" : "en" });
const say = (key, ...args) => {
  const text = document.querySelector(`[data-say="${key}"]`).textContent;
  return args.reduce((s, a, k) => s.replaceAll(`{${k}}`, () => String(a)), text);
};
document.title = say("title");

// start runs a Web Worker that answers one message with one; ask.first is what it says first.
function start(url) {
  const worker = new Worker(url);
  let answer;
  const heard = () => new Promise((resolve) => { answer = resolve; });
  worker.onmessage = ({ data }) => answer(data);
  worker.onerror = (e) => answer({ broken: e.message || say("no.start", url) });
  const ask = (message) => {
    const next = heard();
    worker.postMessage(message);
    return next;
  };
  ask.first = heard();
  return ask;
}

const ours = start("bench-worker.js");
const results = []; // {name, backend, seconds, value, unit, calls} or {name, backend, failed}
const own = ["simd"];
let columns = own;
let cases = [];
let theirs = null; // the worker that measures the peers, if any
let terms; // what these compute with

const local = (s) => german ? s.replace(".", ",") : s;
const digits = (x) => local(x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2));

function draw() {
  const cell = (row, tag, text, title) => {
    const c = row.appendChild(document.createElement(tag));
    c.textContent = text;
    if (title) c.title = title;
  };
  const head = $("table").tHead;
  head.replaceChildren();
  const top = head.insertRow();
  for (const text of ["", say("unit"), ...columns]) cell(top, "th", text);
  const body = $("table").tBodies[0];
  body.replaceChildren();
  for (const c of cases) {
    const row = body.insertRow();
    cell(row, "th", c.name);
    cell(row, "td", c.unit);
    for (const backend of columns) {
      const r = results.find((r) => r.name === c.name && r.backend === backend);
      cell(row, "td", !r ? "" : r.failed ? "–" : digits(r.value), r && (r.failed || `${local((1000 * r.seconds).toPrecision(3))} ms`));
    }
  }
}

async function measure(c, backend) {
  const data = own.includes(backend) ? await ours({ case: c.name, backend }) : await theirs({ case: c, backend });
  if (data.failed || data.broken) return { name: c.name, backend, failed: data.failed || data.broken };
  return data.result;
}

async function run() {
  $("run").disabled = true;
  results.length = 0;
  for (const [k, c] of cases.entries()) {
    for (const backend of columns) {
      $("status").textContent = say("step", k + 1, cases.length, c.name, backend);
      const r = await measure(c, backend);
      if (r) results.push(r);
      const adapter = results.find((r) => r.adapter);
      if (adapter) $("adapter").textContent = say("adapter", adapter.adapter);
      draw();
      globalThis.measured = { columns, cases, results, terms };
    }
  }
  $("status").textContent = say("done");
  $("save").disabled = $("run").disabled = false;
}

const first = await ours.first;
if (first.broken) {
  $("status").textContent = say("broken", first.broken);
} else {
  cases = first.cases.filter((c) => c.name.includes(asked.get("only") || ""));
  if (first.gpu) own.push("webgpu");
  let said = first.gpu ? "" : say("no.gpu");
  if (asked.has("peers")) {
    theirs = start("peers.js");
    const { names = [], broken, terms: on } = await theirs.first;
    terms = on;
    if (broken) said = say("no.peers", broken);
    columns = [...own, ...names];
  }
  draw();
  $("status").textContent = said;
  $("run").disabled = false;
  $("run").onclick = run;
  $("save").onclick = () => {
    const a = document.createElement("a");
    a.href = URL.createObjectURL(new Blob([JSON.stringify(results, null, 1)], { type: "application/json" }));
    a.download = "lethe-bench.json";
    a.click();
    URL.revokeObjectURL(a.href);
  };
  if (columns.length > own.length) run();
}
