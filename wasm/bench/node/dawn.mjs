// Runs a Go program for js/wasm in Node with WebGPU from Dawn:
//
//   node dawn.mjs program.wasm [arguments]
//
// It finds wasm_exec.js and gpu.js beside itself or where WASM_EXEC and GPU_JS say, and Dawn
// beside itself (dawn.node) or in node_modules. It serves `go test -exec` too.
import { createRequire } from "node:module";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import util from "node:util";

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const program = process.argv[2];
if (!program) {
  console.error("usage: node dawn.mjs program.wasm [arguments]");
  process.exit(2);
}

const script = (name, env) => process.env[env] || join(here, name);

globalThis.require = require;
globalThis.fs = require("node:fs");
globalThis.path = require("node:path");
globalThis.TextEncoder = util.TextEncoder;
globalThis.TextDecoder = util.TextDecoder;
globalThis.performance ??= require("node:perf_hooks").performance;
globalThis.crypto ??= require("node:crypto");

try {
  const bundled = join(here, "dawn.node");
  const dawn = existsSync(bundled) ? require(bundled) : await import("webgpu");
  Object.assign(globalThis, dawn.globals);
  const flags = process.env.DAWN_FLAGS ? process.env.DAWN_FLAGS.split(",") : [];
  Object.defineProperty(globalThis, "navigator", { value: { gpu: dawn.create(flags) }, configurable: true });
} catch (e) {
  console.error(`dawn.mjs: no WebGPU: ${e.message}`); // the program says what it cannot do
}

const run = (file) => (0, eval)(readFileSync(file, "utf8"));
run(script("wasm_exec.js", "WASM_EXEC"));
run(script("gpu.js", "GPU_JS"));

const go = new Go();
go.argv = process.argv.slice(2);
go.env = { TMPDIR: require("node:os").tmpdir() };
for (const [name, value] of Object.entries(process.env)) {
  if (/^(GO|LETHE_|HOME$|PATH$)/.test(name)) go.env[name] = value; // Go gives arguments and environment together 8 kB
}
go.exit = (code) => process.exit(code);
const { instance } = await WebAssembly.instantiate(readFileSync(resolve(program)), go.importObject);
process.on("exit", (code) => { // nothing is pending any more: let Go print where it waits
  if (code === 0 && !go.exited) {
    go._pendingEvent = { id: 0 };
    go._resume();
  }
});
await go.run(instance);
process.exit(0); // Dawn's threads would keep Node alive
