// The Web Worker in which a js/wasm test binary runs: its arguments, its
// environment, its files and its standard output.
"use strict";

importScripts("files.js", "wasm_exec.js");

const post = (path, body) => postMessage({ path, body });

async function main() {
  const config = await (await fetch("config.json")).json();
  globalThis.process.cwd = () => config.dir;
  globalThis.process.pid = 1;
  files.output = (fd, bytes) => post(`out?fd=${fd}`, bytes);
  files.mkdirAll(config.env.TMPDIR);
  if (config.make) files.mkdirAll(config.make);

  const go = new Go();
  go.argv = config.args;
  go.env = config.env;
  go.exit = (code) => {
    for (const name of config.keep) {
      const bytes = files.written(name);
      if (bytes) post(`save?path=${encodeURIComponent(name)}`, bytes);
    }
    post(`exit?code=${code}`, "");
  };
  const { instance } = await WebAssembly.instantiateStreaming(fetch("test.wasm"), go.importObject);
  await go.run(instance);
}

main().catch((e) => {
  post("out?fd=2", `wasmtest: ${(e && e.stack) || e}\n`);
  post("exit?code=2", "");
});
