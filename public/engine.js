// The Web Worker in which the engine runs: it starts engine.wasm, which lies
// beside this file, or with ?lab behind its name lab.wasm, the engine of the lab. What goes wrong is thrown with words, so that the page hears it
// as the worker's error.
//
// With ?spare it waits for the program that another engine has compiled, says so, and starts it with the first message.
"use strict";

(() => {
  const query = new URLSearchParams(self.location.search);
  const spare = query.has("spare");
  let ready;
  const compiled = new Promise((yes) => { ready = yes; });

  // Both ends of a line that the program goes along come from the page.
  self.addEventListener("message", (event) => {
    const line = event.data && event.data.line;
    if (!line) return;
    event.stopImmediatePropagation();
    if (spare) line.onmessage = ({ data }) => ready(data);
    else compiled.then((program) => line.postMessage(program));
  });

  // Messages that come before the engine listens wait here.
  const early = [];
  self.onmessage = (event) => early.push(event);

  // A module with one vector instruction: valid only where there are vectors.
  const vectors = new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
  ]);
  const versions = "Chrome or Edge 91, Firefox 89, Safari 16.4, or later";

  const program = query.has("lab") ? "lab.wasm" : "engine.wasm";

  async function compile(imports) {
    if (spare) {
      const program = await compiled;
      const first = new Promise((yes) => {
        self.onmessage = (event) => { early.push(event); yes(); };
      });
      self.postMessage({ spare });
      await first;
      return WebAssembly.instantiate(program, imports);
    }
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
      const { module, instance } = await WebAssembly.instantiateStreaming(response, imports);
      ready(module);
      return instance;
    }
    const { module, instance } = await WebAssembly.instantiate(await response.arrayBuffer(), imports);
    ready(module);
    return instance;
  }

  async function run() {
    importScripts(spare ? "wasm_exec.js?spare" : "wasm_exec.js");
    const go = new Go();
    // The memory of a tab grows and never shrinks, and training allocates nothing: garbage is better collected early.
    go.env.GOGC = "40";
    const instance = await compile(go.importObject);
    const ended = go.run(instance); // returns when main first waits: the engine listens
    for (const event of early.splice(0)) self.onmessage(event);
    await ended;
    throw new Error("The engine has stopped, most likely for lack of memory. Reload the page.");
  }

  run().catch((e) => setTimeout(() => { throw e; }));
})();
