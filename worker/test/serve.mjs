// Serves a built worker and a site in workerd: node serve.mjs <worker folder> <site folder> [<owner's public key> [<writes a minute>]]
// Prints {"url": …, "workerd": …} in one line when ready and ends when its standard input does. Assets and routing are configured
// by wrangler.jsonc, so that what is tested is what is deployed.
import { readFile, readdir } from "node:fs/promises";
import { Log, LogLevel, Miniflare } from "miniflare";

const [workerDir, siteDir, owner = "", writes] = process.argv.slice(2);
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
  bindings: {
    [wrangler.version_metadata.binding]: { id: "test-deployment", tag: "", timestamp: "" },
    ...wrangler.vars,
    LETHE_OWNER: owner,
    LETHE_LOG_KEY: "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=",
  },
  d1Databases: Object.fromEntries(wrangler.d1_databases.map((d) => [d.binding, d.database_name])),
  r2Buckets: Object.fromEntries(wrangler.r2_buckets.map((b) => [b.binding, b.bucket_name])),
  ratelimits: Object.fromEntries(
    wrangler.ratelimits.map((r) => [r.name, { simple: { ...r.simple, ...(writes && { limit: Number(writes) }) } }]),
  ),
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

const { origin } = await mf.ready;
const [{ binding, migrations_dir }] = wrangler.d1_databases;
const database = await mf.getD1Database(binding);
const migrations = new URL(`../${migrations_dir}/`, import.meta.url);
for (const file of (await readdir(migrations)).sort()) {
  const sql = (await readFile(new URL(file, migrations), "utf8")).replace(/^--.*$/gm, "");
  for (const statement of sql.split(";").filter((x) => x.trim())) await database.prepare(statement).run();
}
const bucket = await mf.getR2Bucket(wrangler.r2_buckets[0].binding);
await bucket.put("index.json", '{"latest":"v2","versions":["v1","v2"]}');
for (const n of [1, 2]) await bucket.put(`v${n}.json`, `[${n}]`);
await bucket.put("secret.key", "secret");

console.log(JSON.stringify({ url: origin }));
process.stdin.on("end", async () => {
  await mf.dispose();
  process.exit(0);
});
process.stdin.resume();
