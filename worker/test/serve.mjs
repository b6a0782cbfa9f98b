// Serves a built worker and a site in workerd: node serve.mjs <worker folder> <site folder>
// Prints {"url": …, "workerd": …} in one line when ready and ends when its standard input does. Assets and routing are configured
// by wrangler.jsonc, so that what is tested is what is deployed.
import { readFile } from "node:fs/promises";
import { Log, LogLevel, Miniflare } from "miniflare";

const [workerDir, siteDir] = process.argv.slice(2);
const wrangler = JSON.parse(
  (await readFile(new URL("../wrangler.jsonc", import.meta.url), "utf8")).replace(/^\s*\/\/.*$/gm, ""),
);
const module = async (path, type = "ESModule") => ({ type, path, contents: await readFile(`${workerDir}/${path}`) });

const mf = new Miniflare({
  name: wrangler.name,
  host: "127.0.0.1",
  port: 0,
  cf: false,
  log: new Log(LogLevel.WARN),
  compatibilityDate: wrangler.compatibility_date,
  modulesRoot: "/",
  modules: [
    await module("entry.mjs"),
    await module("worker.mjs"),
    await module("runtime.mjs"),
    await module("wasm_exec.js"),
    await module("app.wasm", "CompiledWasm"),
  ].map((m) => ({ ...m, path: `/${m.path}` })),
  bindings: { [wrangler.version_metadata.binding]: { id: "test-deployment", tag: "", timestamp: "" } },
  assets: {
    workerName: wrangler.name,
    directory: siteDir,
    routerConfig: { has_user_worker: true, static_routing: { user_worker: wrangler.assets.run_worker_first } },
    assetConfig: {
      html_handling: wrangler.assets.html_handling,
      not_found_handling: wrangler.assets.not_found_handling,
    },
  },
});

console.log(JSON.stringify({ url: (await mf.ready).origin }));
process.stdin.on("end", async () => {
  await mf.dispose();
  process.exit(0);
});
process.stdin.resume();
