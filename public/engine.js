// The Web Worker in which the engine runs: it starts engine.wasm, which lies
// beside this file, or with ?lab behind its name lab.wasm, the engine of the lab. What goes wrong is thrown with words, so that the page hears it
// as the worker's error.
"use strict";

(() => {
  // Messages that come before the engine listens wait here.
  const early = [];
  self.onmessage = (event) => early.push(event);

  // A module with one vector instruction: valid only where there are vectors.
  const vectors = new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
  ]);
  const versions = "Chrome or Edge 91, Firefox 89, Safari 16.4, or later";

  const program = new URLSearchParams(self.location.search).has("lab") ? "lab.wasm" : "engine.wasm";

  async function compile(imports) {
    if (typeof WebAssembly !== "object") {
      throw new Error(`This browser runs no WebAssembly, or was told not to. Lethe needs ${versions}.`);
    }
    if (!WebAssembly.validate(vectors)) {
      throw new Error(`This browser's WebAssembly has no vector instructions. Lethe needs ${versions}.`);
    }
    const response = await fetch(program).catch((e) => ({ ok: false, status: e.message }));
    if (!response.ok) {
      throw new Error(`The engine could not be fetched (${response.status}). Check the connection and reload.`);
    }
    if (WebAssembly.instantiateStreaming && response.headers.get("Content-Type") === "application/wasm") {
      return WebAssembly.instantiateStreaming(response, imports);
    }
    return WebAssembly.instantiate(await response.arrayBuffer(), imports);
  }

  async function run() {
    importScripts("wasm_exec.js");
    const go = new Go();
    // The memory of a tab grows and never shrinks, and training allocates nothing: garbage is better collected early.
    go.env.GOGC = "40";
    const { instance } = await compile(go.importObject);
    const ended = go.run(instance); // returns when main first waits: the engine listens
    for (const event of early.splice(0)) self.onmessage(event);
    await ended;
    throw new Error("The engine has stopped, most likely for lack of memory. Reload the page.");
  }

  run().catch((e) => setTimeout(() => { throw e; }));
})();
