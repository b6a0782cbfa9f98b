// The Web Worker in which bench.wasm measures. It answers {case, backend} with a
// result, and first tells the cases.
"use strict";

importScripts("wasm_exec.js", "gpu.js");

(async () => {
  const go = new Go();
  const { instance } = await WebAssembly.instantiateStreaming(fetch("bench.wasm"), go.importObject);
  go.run(instance); // returns when main first waits
  let gpu = false;
  try {
    gpu = !!(navigator.gpu && await navigator.gpu.requestAdapter());
  } catch { /* none */ }
  self.onmessage = async ({ data }) => {
    try {
      postMessage({ result: JSON.parse(await letheBench.run(data.case, data.backend)) });
    } catch (e) {
      postMessage({ failed: e.message || String(e) });
    }
  };
  postMessage({ cases: JSON.parse(letheBench.cases()), gpu });
})().catch((e) => postMessage({ broken: e.message || String(e) }));
