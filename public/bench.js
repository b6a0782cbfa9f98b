// The page that measures a visitor's machine. `make bench-browser` serves it with
// peers.js beside it, which measures other libraries on the same cases; the site has none.

const $ = (id) => document.getElementById(id);
const worker = new Worker("bench-worker.js");
let answer;
const heard = () => new Promise((resolve) => { answer = resolve; });
worker.onmessage = ({ data }) => answer(data);
worker.onerror = (e) => answer({ broken: e.message || "bench.wasm could not be started" });

const results = []; // {name, backend, seconds, value, unit, calls} or {name, backend, failed}
let columns = ["simd"];
let cases = [];
let peers = null;

const digits = (x) => x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2);

function draw() {
  const cell = (row, tag, text, title) => {
    const c = row.appendChild(document.createElement(tag));
    c.textContent = text;
    if (title) c.title = title;
  };
  const head = $("table").tHead;
  head.replaceChildren();
  const top = head.insertRow();
  for (const text of ["", "unit", ...columns]) cell(top, "th", text);
  const body = $("table").tBodies[0];
  body.replaceChildren();
  for (const c of cases) {
    const row = body.insertRow();
    cell(row, "th", c.name);
    cell(row, "td", c.unit);
    for (const backend of columns) {
      const r = results.find((r) => r.name === c.name && r.backend === backend);
      cell(row, "td", !r ? "" : r.failed ? "–" : digits(r.value), r && (r.failed || `${(1000 * r.seconds).toPrecision(3)} ms`));
    }
  }
}

async function ours(c, backend) {
  const next = heard();
  worker.postMessage({ case: c.name, backend });
  const data = await next;
  return data.result || { name: c.name, backend, failed: data.failed || data.broken };
}

async function theirs(c, peer) {
  try {
    const work = await peer.measure(c);
    if (!work) return null;
    const flops = c.class === "gemm" ? 2e-9 * c.m * c.n * c.k : 1;
    return { name: c.name, backend: peer.name, seconds: work, value: flops / work, unit: c.unit };
  } catch (e) {
    return { name: c.name, backend: peer.name, failed: e.message || String(e) };
  }
}

async function run() {
  $("run").disabled = true;
  results.length = 0;
  const own = columns.filter((name) => name === "simd" || name === "webgpu");
  for (const [k, c] of cases.entries()) {
    for (const backend of columns) {
      $("status").textContent = `${k + 1} of ${cases.length}: ${c.name}, ${backend}`;
      const r = own.includes(backend) ? await ours(c, backend) : await theirs(c, peers.find((p) => p.name === backend));
      if (r) results.push(r);
      const adapter = results.find((r) => r.adapter);
      if (adapter) $("adapter").textContent = `Graphics adapter: ${adapter.adapter}.`;
      draw();
      globalThis.measured = { columns, cases, results };
    }
  }
  $("status").textContent = "Done.";
  $("save").disabled = $("run").disabled = false;
}

const first = await heard();
if (first.broken) {
  $("status").textContent = `This browser cannot measure: ${first.broken}.`;
} else {
  const asked = new URLSearchParams(location.search);
  cases = first.cases.filter((c) => c.name.includes(asked.get("only") || ""));
  if (first.gpu) columns.push("webgpu");
  if (asked.has("peers")) {
    peers = await (await import("./peers.js")).default(first.gpu);
    columns.push(...peers.map((p) => p.name));
  }
  draw();
  $("status").textContent = first.gpu ? "" : "This browser offers no graphics adapter: the processor alone is measured.";
  $("run").disabled = false;
  $("run").onclick = run;
  $("save").onclick = () => {
    const a = document.createElement("a");
    a.href = URL.createObjectURL(new Blob([JSON.stringify(results, null, 1)], { type: "application/json" }));
    a.download = "lethe-bench.json";
    a.click();
    URL.revokeObjectURL(a.href);
  };
  if (peers) run();
}
