// How lethe is used, as the compiler sees it. Lines under @ts-expect-error must not compile.
import { Engine, Failure, Lethe, startEngine, type Item, type Recommendation } from "lethe";

interface Product extends Item {
  price: string;
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>) => {};

export async function use() {
  const rec = await Lethe.open<Product>({
    catalog: "catalog.json", interactions: "interactions.csv", features: ["image.npy"], model: "model.safetensors", store: "shop",
    takedowns: { url: "/api/takedowns", key: "AAAA" }, receipts: "/api/receipts", signal: AbortSignal.timeout(1000),
    training: { model: { name: "vbpr" }, train: { epochs: 10 } },
  });
  const list = await rec.recommend({ k: 5, signal: new AbortController().signal });
  same<typeof list, Recommendation<Product>[]>(true);
  const price: string | undefined = list[0]?.item.price;
  await rec.like("a");
  await rec.like(["a", 7], false);
  await rec.unlike(7);
  await rec.view("a");
  const near: Recommendation<Product>[] = await rec.similar("a");
  const { model, epochs } = await rec.train({ model: { name: "lightgcn", dim: 16 }, train: { seed: 3 }, preset: "paper" });
  const { tier, receipt, exact } = await rec.forget("creator:Jo", { method: "retrain" });
  same<typeof tier, "unlearned" | "exact">(true);
  const { passed, findings } = await rec.audit({ replay: false });
  const lines: string = await rec.receipt();
  const zip: Blob = await rec.export();
  await rec.import(zip);
  const { serial, gone } = await rec.sync();
  const off: () => void = rec.on("progress", (p) => {
    same<typeof p.done, number>(true);
  });
  rec.on("published", ({ id, place }) => void [id.length, place.toFixed()]);
  rec.on("takedown", ({ gone }) => void gone.toFixed());
  off();
  const where: "opfs" | "indexeddb" | "" = rec.kept.where;
  await rec.wipe();
  await rec.close();

  // @ts-expect-error: a catalogue is needed
  await Lethe.open({});
  // @ts-expect-error: items have titles
  await Lethe.open({ catalog: [{ id: "a" }] });
  // @ts-expect-error: a feed has a key
  await Lethe.open({ catalog: [], takedowns: { url: "x" } });
  // @ts-expect-error: no such model
  await rec.train({ model: { name: "gpt" } });
  // @ts-expect-error: no such event
  rec.on("nothing", () => {});
  // @ts-expect-error: the number of recommendations is a number
  await rec.recommend({ k: "5" });
  // @ts-expect-error: Lethe.open makes one
  new Lethe();
  // @ts-expect-error: read only
  rec.items = [];
  // @ts-expect-error: likes name items
  await rec.like({ id: "a" });
  return [price, near, model, epochs, receipt, exact, passed, findings, lines, serial, gone, where];
}

export function elements() {
  const shelf = document.createElement("lethe-shelf");
  same<typeof shelf.lethe, Lethe | undefined>(true);
  const button: HTMLElement = document.createElement("lethe-forget");
  // @ts-expect-error: a shelf has no such field
  shelf.products;
  return [shelf.draw(), button];
}

export async function lower() {
  const engine: Engine = startEngine({ base: "lethe/", store: "x" });
  const hello = await engine.hello;
  try {
    const { head, body } = await engine.call<{ items: number[] }>("recommend", { slot: "before", user: -1, k: 3 });
    // @ts-expect-error: no such command
    await engine.call("dance");
    return [hello.version, head.items, body?.byteLength];
  } catch (e) {
    if (e instanceof Failure) {
      const code: "bad_input" | "bad_command" | "not_ready" | "unsupported" | "cancelled" | "device" | "not_kept" | "internal" = e.code;
      return [code, e.file, e.line, e.value, e.remedy];
    }
    throw e;
  }
}
