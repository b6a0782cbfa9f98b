// The Web Worker in which the page's program is compiled: the page's own thread stays free for whoever clicks meanwhile.
"use strict";

WebAssembly.compileStreaming(fetch("app.wasm"))
  .then((program) => { postMessage({ program }); close(); })
  .catch((error) => { postMessage({ error: String(error) }); close(); });
