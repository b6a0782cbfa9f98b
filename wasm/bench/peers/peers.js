// The Web Worker in which other libraries measure the same cases: tfjs on WebGPU and wasm,
// jax-js on WebGPU and wasm, ONNX Runtime Web for products. It tells the peers that work here,
// and answers {case, backend} as bench-worker.js does, with no result for what a library does
// not have. A worker, as ours: a browser gives its page's thread more of a busy processor.
"use strict";

// timed is the loop of wasm/bench: at least 0.3 s of operations, the best of three, or of
// fewer where these take more than 4 s.
async function timed(op, wait) {
  await op();
  await wait();
  let best = 0;
  const begin = performance.now();
  for (let runs = 0, n = 1; runs < 3 && (runs === 0 || performance.now() - begin < 4000);) {
    const start = performance.now();
    for (let k = 0; k < n; k++) await op();
    await wait();
    const took = performance.now() - start;
    if (took < 300) {
      n *= Math.max(2, Math.min(10, Math.floor(300 / Math.max(took, 1))));
      continue;
    }
    if (runs++ === 0 || took / n < best) best = took / n;
  }
  return best / 1000;
}

const numbers = (n) => Float32Array.from({ length: n }, () => Math.random() - 0.5);

// A data set of the demo's shape: popularity falls as 1/rank.
const shape = { users: 2000, items: 1000, pairs: 58275, dim: 64, batch: 2048, layers: 3 };
function workload() {
  const has = new Set();
  for (let k = 0; has.size < shape.pairs; k++) {
    const u = has.size < shape.users ? has.size : Math.floor(Math.random() * shape.users);
    const i = Math.floor(Math.exp(Math.random() * Math.log(shape.items))) - 1;
    has.add(u * shape.items + i);
  }
  const pairs = [...has].map((p) => [Math.floor(p / shape.items), p % shape.items]);
  const degree = new Float32Array(shape.users + shape.items);
  for (const [u, i] of pairs) {
    degree[u]++;
    degree[shape.users + i]++;
  }
  const row = [], col = [], val = [];
  for (const [u, i] of pairs) {
    const j = shape.users + i, v = 1 / Math.sqrt(degree[u] * degree[j]);
    row.push(u, j);
    col.push(j, u);
    val.push(v, v);
  }
  const batches = Array.from({ length: 16 }, () => {
    const b = { u: new Int32Array(shape.batch), i: new Int32Array(shape.batch), j: new Int32Array(shape.batch) };
    for (let k = 0; k < shape.batch; k++) {
      [b.u[k], b.i[k]] = pairs[Math.floor(Math.random() * pairs.length)];
      b.j[k] = Math.floor(Math.random() * shape.items);
    }
    return b;
  });
  return { row, col, val, batches };
}

function tfjs(tf, backend, name) {
  const ready = async () => {
    if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no backend ${backend} here`);
    await tf.ready();
  };
  return {
    name,
    async measure(c) {
      await ready();
      if (c.class === "gemm") {
        const a = tf.tensor2d(numbers(c.m * c.k), [c.m, c.k]), b = tf.tensor2d(numbers(c.k * c.n), [c.k, c.n]);
        let last;
        const s = await timed(
          () => { if (last) last.dispose(); last = tf.matMul(a, b); },
          async () => { const one = tf.slice(last, [0, 0], [1, 1]); await one.data(); one.dispose(); });
        tf.dispose([a, b, last]);
        return s;
      }
      // The wasm backend has no segment sum, which every step needs on its way back.
      return c.class === "step" && backend !== "wasm" ? this.step(c) : null;
    },
    // A step as the models are written: gathered rows, softplus of the margin, an L2
    // weight on the raw rows, Adam. tfjs has no sparse product: the convolution is a product with
    // the graph as a dense matrix, or a gather and a segment sum, whichever is faster here.
    async step(c) {
      const w = workload(), n = shape.users + shape.items;
      const table = tf.variable(tf.randomNormal([n, shape.dim], 0, 0.1));
      const adam = tf.train.adam(0.001);
      const graph = c.model === "lightgcn" && await fastest(tf, w, table);
      const final = () => {
        if (!graph) return table;
        let acc = table;
        for (let l = 0; l < shape.layers; l++) acc = tf.add(graph.times(acc), table);
        return tf.mul(acc, 1 / (shape.layers + 1));
      };
      let turn = 0, loss = null;
      const s = await timed(() => {
        const b = w.batches[turn++ % w.batches.length];
        if (loss) loss.dispose();
        loss = tf.tidy(() => {
          const u = tf.tensor1d(b.u, "int32"), i = tf.add(tf.tensor1d(b.i, "int32"), tf.scalar(shape.users, "int32"));
          const j = tf.add(tf.tensor1d(b.j, "int32"), tf.scalar(shape.users, "int32"));
          return adam.minimize(() => {
            const e = final();
            const x = tf.sum(tf.mul(tf.gather(e, u), tf.sub(tf.gather(e, i), tf.gather(e, j))), 1);
            const reg = [u, i, j].map((r) => tf.sum(tf.square(tf.gather(table, r)))).reduce((a, b) => tf.add(a, b));
            return tf.add(tf.mean(tf.softplus(tf.neg(x))), tf.mul(reg, 1e-3 / shape.batch));
          }, true, [table]);
        });
      }, () => loss.data());
      tf.dispose([table, loss]);
      adam.dispose();
      if (graph) graph.dispose();
      return s;
    },
  };
}

// fastest is the graph of a workload in the form whose product with x takes less time.
async function fastest(tf, w, x) {
  const n = x.shape[0];
  const a = new Float32Array(n * n);
  w.val.forEach((v, k) => { a[w.row[k] * n + w.col[k]] = v; });
  const dense = tf.tensor2d(a, [n, n]);
  const row = tf.tensor1d(w.row, "int32"), col = tf.tensor1d(w.col, "int32"), val = tf.tensor2d(w.val, [w.val.length, 1]);
  const forms = [
    { times: (y) => tf.matMul(dense, y), dispose: () => dense.dispose() },
    { times: (y) => tf.unsortedSegmentSum(tf.mul(tf.gather(y, col), val), row, n), dispose: () => tf.dispose([row, col, val]) },
  ];
  for (const form of forms) {
    for (let k = 0; k < 2 && !(form.took > 5000); k++) { // the first time compiles
      const start = performance.now();
      const one = tf.tidy(() => tf.slice(form.times(x), [0, 0], [1, 1]));
      await one.data();
      one.dispose();
      form.took = performance.now() - start;
    }
  }
  forms.sort((f, g) => f.took - g.took)[1].dispose();
  return forms[0];
}

function jax(j, device) {
  const np = j.numpy;
  return {
    name: `jax-js ${device}`,
    async measure(c) {
      if (c.class !== "gemm") return null;
      await j.init(device);
      j.defaultDevice(device);
      const a = np.array(numbers(c.m * c.k)).reshape([c.m, c.k]), b = np.array(numbers(c.k * c.n)).reshape([c.k, c.n]);
      await j.blockUntilReady([a.ref, b.ref]);
      const product = j.jit((x, y) => np.matmul(x, y));
      // Products are computed when they are waited for, and not at all if dropped before.
      let kept = [];
      const s = await timed(
        () => { kept.push(product(a.ref, b.ref)); },
        async () => {
          for (const x of kept) await x.blockUntilReady();
          for (const x of kept) x.dispose();
          kept = [];
        });
      for (const x of [a, b]) x.dispose();
      return s;
    },
  };
}

// model is an ONNX file of one MatMul, written by hand: fields of protocol buffers.
function model(c) {
  const varint = (n) => { const out = []; do { out.push((n & 127) | (n > 127 ? 128 : 0)); n >>>= 7; } while (n); return out; };
  const number = (field, n) => [...varint(field << 3), ...varint(n)];
  const bytes = (field, list) => [...varint((field << 3) | 2), ...varint(list.length), ...list];
  const text = (field, s) => bytes(field, [...new TextEncoder().encode(s)]);
  const value = (name, dims) => [...text(1, name), ...bytes(2, bytes(1, [...number(1, 1), ...bytes(2, dims.flatMap((d) => bytes(1, number(1, d))))]))];
  const node = [...text(1, "a"), ...text(1, "b"), ...text(2, "c"), ...text(4, "MatMul")];
  const graph = [...bytes(1, node), ...text(2, "g"), ...bytes(11, value("a", [c.m, c.k])), ...bytes(11, value("b", [c.k, c.n])), ...bytes(12, value("c", [c.m, c.n]))];
  return new Uint8Array([...number(1, 8), ...bytes(7, graph), ...bytes(8, number(2, 17))]);
}

function onnx(ort, provider) {
  return {
    name: `onnxruntime-web ${provider}`,
    async measure(c) {
      if (c.class !== "gemm") return null;
      const gpu = provider === "webgpu";
      const session = await ort.InferenceSession.create(model(c), { executionProviders: [provider], preferredOutputLocation: gpu ? "gpu-buffer" : "cpu" });
      const feeds = { a: new ort.Tensor("float32", numbers(c.m * c.k), [c.m, c.k]), b: new ort.Tensor("float32", numbers(c.k * c.n), [c.k, c.n]) };
      if (gpu) { // operands stay on the device, as everybody else's do
        const device = await ort.env.webgpu.device;
        for (const name of ["a", "b"]) {
          const t = feeds[name];
          const buffer = device.createBuffer({ size: t.data.byteLength, usage: 0x8c });
          device.queue.writeBuffer(buffer, 0, t.data);
          feeds[name] = ort.Tensor.fromGpuBuffer(buffer, { dataType: "float32", dims: t.dims });
        }
      }
      let last = null;
      const s = await timed(
        async () => { if (last) last.c.dispose(); last = await session.run(feeds); },
        async () => { if (gpu) await (await ort.env.webgpu.device).queue.onSubmittedWorkDone(); });
      if (last) last.c.dispose();
      await session.release();
      return s;
    },
  };
}

const at = (name) => new URL(`node_modules/${name}`, location.href).href;

// terms tells what the peers compute with on the processor: one thread, as nothing shares memory
// on a page that is not isolated, and jax-js a fused multiply-add where the browser has one.
function terms() {
  if (typeof SharedArrayBuffer !== "undefined") throw new Error("memory can be shared here: peers would take several threads");
  const fused = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 123, 123, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2, 253, 133, 2, 11]);
  return `one thread each; relaxed SIMD, which jax-js takes, is ${WebAssembly.validate(fused) ? "on" : "off"}`;
}

// open makes the peers that work here, those on WebGPU where there is an adapter.
async function open(gpu) {
  importScripts(at("@tensorflow/tfjs/dist/tf.min.js"), at("@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js"));
  tf.wasm.setWasmPaths(at("@tensorflow/tfjs-backend-wasm/dist/"));
  tf.wasm.setThreadsCount(1);
  const list = [tfjs(tf, "wasm", "tfjs wasm")];
  const j = await import(at("@jax-js/jax/dist/index.js"));
  list.push(jax(j, "wasm"));
  const ort = await import(at("onnxruntime-web/dist/ort.webgpu.bundle.min.mjs"));
  ort.env.wasm.wasmPaths = at("onnxruntime-web/dist/");
  ort.env.wasm.numThreads = 1;
  list.push(onnx(ort, "wasm"));
  if (gpu) {
    importScripts(at("@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.min.js"));
    list.push(tfjs(tf, "webgpu", "tfjs webgpu"), jax(j, "webgpu"), onnx(ort, "webgpu"));
  }
  return list;
}

(async () => {
  const on = terms();
  const peers = await open(!!(navigator.gpu && await navigator.gpu.requestAdapter()));
  self.onmessage = async ({ data: { case: c, backend } }) => {
    try {
      const seconds = await peers.find((p) => p.name === backend).measure(c);
      const work = c.class === "gemm" ? 2e-9 * c.m * c.n * c.k : 1;
      postMessage({ result: seconds && { name: c.name, backend, seconds, value: work / seconds, unit: c.unit } });
    } catch (e) {
      postMessage({ failed: e.message || String(e) });
    }
  };
  postMessage({ names: peers.map((p) => p.name), terms: on });
})().catch((e) => postMessage({ broken: e.message || String(e) }));
