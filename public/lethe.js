// Lethe from JavaScript: private recommendations with a working "forget me", on the visitor's own device. No dependency; types and
// their descriptions are in lethe.d.ts.
//
//   import { Lethe } from "./lethe.js";
//   const rec = await Lethe.open({ catalog: "catalog.json" });
//   await rec.like("a-post");
//   for (const { item } of await rec.recommend({ k: 5 })) console.log(item.title);
//   await rec.forget();
//
// Below it Engine starts the engine in a Web Worker and speaks its protocol, whose definition is recsys/api.

/** The protocol's version, as recsys/api.Version. */
export const version = 1;

/**
 * startEngine starts an engine. base is the folder of engine.js, engine.wasm and
 * wasm_exec.js; the one of this file unless told otherwise. lab starts lab.wasm, which has all
 * methods and options to compare. store names the place where the engine keeps things.
 */
export function startEngine({ base = new URL(".", import.meta.url), lab = false, store } = {}) {
  const address = new URL("engine.js", base);
  if (lab) address.searchParams.set("lab", "");
  if (store) address.searchParams.set("store", store);
  return new Engine(new Worker(address));
}

/** Failure is what a command that failed rejects with: code, remedy and place. */
export class Failure extends Error {
  constructor(head) {
    super(head.message);
    this.name = "Failure";
    this.code = head.code;
    for (const key of ["file", "line", "value", "remedy"]) this[key] = head[key];
  }
}

/**
 * Engine is a running engine. Beside call it has the face of a Worker
 * (postMessage, onmessage, onerror, terminate), so that whatever drives a Worker
 * can drive it; messages wait until somebody listens.
 */
export class Engine {
  #worker;
  #calls = new Map(); // id → {resolve, reject, onprogress}
  #last = 0;
  #inbox = [];
  #onmessage = null;
  #onerror = null;
  #broken = null;
  #greet;
  #refuse;

  constructor(worker) {
    this.#worker = worker;
    /** The engine's introduction. It rejects where the engine cannot start. */
    this.hello = new Promise((resolve, reject) => {
      this.#greet = resolve;
      this.#refuse = reject;
    });
    this.hello.catch(() => {}); // heard through onerror too
    worker.onmessage = (event) => this.#take(event);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#break((event.message || "The engine's script could not be loaded.").replace(/^Uncaught (Error: )?/, ""));
    };
    worker.onmessageerror = () => this.#break("A message from the engine could not be read.");
  }

  /**
   * call sends a command and waits for its end: {head, body} when it is done, a
   * Failure when it failed. body is an ArrayBuffer; one that is sent is handed over, not
   * copied. A signal cancels the job.
   */
  call(op, head = {}, { body, onprogress, signal } = {}) {
    if (this.#broken) return Promise.reject(this.#broken);
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const cancel = () => this.#send(++this.#last, "cancel", { job: id });
      const end = (settle) => (x) => {
        if (signal) signal.removeEventListener("abort", cancel);
        settle(x);
      };
      this.#calls.set(id, { resolve: end(resolve), reject: end(reject), onprogress });
      this.#send(id, op, head, body);
      if (!signal) return;
      if (signal.aborted) cancel();
      else signal.addEventListener("abort", cancel, { once: true });
    });
  }

  /** postMessage sends a raw message {v, id, op, head, body}; its answer comes to onmessage. */
  postMessage(message, transfer = []) {
    this.#worker.postMessage(message, transfer);
  }

  /** terminate ends the engine; calls that wait are rejected. */
  terminate() {
    this.#worker.terminate();
    this.#break("The engine was terminated.", true);
  }

  get onmessage() { return this.#onmessage; }
  set onmessage(listener) {
    this.#onmessage = listener;
    if (listener) for (const event of this.#inbox.splice(0)) listener.call(this, event);
  }

  get onerror() { return this.#onerror; }
  set onerror(listener) {
    this.#onerror = listener;
    if (listener && this.#broken) listener.call(this, this.#event());
  }

  #send(id, op, head, body) {
    this.#worker.postMessage({ v: version, id, op, head: JSON.stringify(head), body }, body ? [body] : []);
  }

  // Answers to call go to call; the rest goes to onmessage, hello to both.
  #take(event) {
    const { v, id, op, head, body } = event.data;
    if (op === "hello") {
      if (v === version) this.#greet(JSON.parse(head));
      else this.#break(`The engine speaks protocol version ${v}, this page ${version}. Reload the page.`);
    }
    const call = this.#calls.get(id);
    if (call) {
      if (op === "progress") {
        if (call.onprogress) call.onprogress(JSON.parse(head));
        return;
      }
      if (op !== "done" && op !== "failed") return; // news beside a command, for whoever listens as a Worker
      this.#calls.delete(id);
      if (op === "done") call.resolve({ head: JSON.parse(head), body });
      else call.reject(new Failure(JSON.parse(head)));
    } else if (this.#onmessage) {
      this.#onmessage.call(this, event);
    } else if (this.#last === 0) {
      this.#inbox.push(event);
    }
  }

  #event() {
    return new ErrorEvent("error", { message: this.#broken.message, error: this.#broken, cancelable: true });
  }

  #break(message, quiet = false) {
    if (this.#broken) return;
    this.#broken = new Error(message);
    this.#refuse(this.#broken);
    for (const call of this.#calls.values()) call.reject(this.#broken);
    this.#calls.clear();
    if (this.#onerror && !quiet) this.#onerror.call(this, this.#event());
  }
}

const idle = () => new Promise((r) => (globalThis.requestIdleCallback ? requestIdleCallback(() => r(), { timeout: 2000 }) : setTimeout(r, 50)));
const bad = (message, more) => new Failure({ code: "bad_input", message, ...more });
const fileName = (url) => new URL(url, document.baseURI).pathname.split("/").pop();

async function get(url, signal) {
  let response;
  try {
    response = await fetch(url, { signal });
  } catch (e) {
    if (signal?.aborted) throw e;
    throw new Failure({ code: "not_ready", message: `${url} could not be fetched.`, file: `${url}`, remedy: "Check the connection and try again." });
  }
  if (!response.ok) throw new Failure({ code: "not_ready", message: `${url} answered ${response.status}.`, file: `${url}`, remedy: "Check the address." });
  return response;
}

// pack is recsys/api.PackFiles.
function pack(files) {
  const head = new TextEncoder().encode(JSON.stringify(files.map(([name, data]) => ({ name, size: data.byteLength }))));
  const out = new Uint8Array(4 + head.length + files.reduce((n, [, data]) => n + data.byteLength, 0));
  new DataView(out.buffer).setUint32(0, head.length, true);
  out.set(head, 4);
  let at = 4 + head.length;
  for (const [, data] of files) {
    out.set(new Uint8Array(data), at);
    at += data.byteLength;
  }
  return out.buffer;
}

/** A recommender on this device. Lethe.open makes one. */
export class Lethe {
  #engine;
  #options;
  #raw; // the site's items, by id
  #ids = []; // by the engine's numbers; "" for what is gone
  #likes = new Set();
  #views = new Map();
  #lines = ""; // receipts of this page, with openings
  #trained = false;
  #stale = false; // clicks that the model of a visitor alone has not learnt
  #training;
  #exact;
  #saving;
  #unsaved = false;
  #publishing = Promise.resolve();
  #closed = false;
  #heard = new Map();

  static async open(options) {
    const lethe = new Lethe();
    try {
      await lethe.#open({ features: [], store: "site", ...options });
    } catch (e) {
      await lethe.close();
      throw e;
    }
    return lethe;
  }

  /** What can be recommended, as the catalogue has it. */
  get items() { return this.#ids.filter(Boolean).map((id) => this.#raw.get(id)); }
  get likes() { return [...this.#likes]; }

  async like(id, on = true) {
    for (const x of [id].flat()) {
      this.#number(x);
      if (on) this.#likes.add(`${x}`);
      else this.#likes.delete(`${x}`);
    }
    await this.#liked();
  }

  unlike(id) { return this.like(id, false); }

  async view(id) {
    this.#number(id);
    this.#views.set(id, (this.#views.get(id) ?? 0) + 1);
    if (this.#views.get(id) === 2 && !this.#likes.has(`${id}`)) await this.like(id);
  }

  async train({ model, train, preset, signal } = {}) {
    const alone = this.#alone;
    const result = await this.#call("train", {
      preset,
      model: { name: alone ? "vbpr" : "lightgcn", ...(alone && { dim: 32 }), ...model },
      train: { seed: 1, ...(alone && { epochs: 20, rate: 0.02 }), ...train },
    }, signal);
    this.#trained = true;
    this.#stale = false;
    this.#emit("change");
    return result;
  }

  async recommend({ k = 20, signal } = {}) {
    if (this.#alone && !this.#likes.size) return [];
    for (let again = false; ; again = true) {
      if (!this.#trained || (this.#alone && this.#stale)) {
        await (this.#training ??= this.train({ ...this.#options.training, signal }).finally(() => (this.#training = undefined)));
      }
      try {
        return this.#ranking(await this.#call("recommend", { slot: "before", user: -1, k }, signal));
      } catch (e) {
        if (again || e.code !== "not_ready") throw e; // else the model has just gone: its pictures came, or something was taken down
      }
    }
  }

  async similar(id, { k = 20, signal } = {}) {
    return this.#ranking(await this.#call("similar", { slot: "before", item: this.#number(id), k }, signal));
  }

  async forget(request = "visitor", { method = this.#alone ? "retrain" : "auto", signal } = {}) {
    const erased = await this.#call("erase", { method, request, seed: 1, unkept: true }, signal);
    if (request === "visitor") this.#views.clear();
    await this.#erased(erased);
    return { tier: erased.tier, reached: erased.reached, exact: !erased.exact, receipt: erased.receipts };
  }

  async audit({ replay = true, signal } = {}) {
    const { body } = await this.#engine.call("receipts");
    if (!body?.byteLength) throw new Failure({ code: "not_ready", message: "There is no receipt yet.", remedy: "Forget something first." });
    return this.#call("verify", { replay }, signal, body);
  }

  async receipt() {
    if (this.#lines) return this.#lines;
    const { body } = await this.#engine.call("receipts");
    return new TextDecoder().decode(body ?? new ArrayBuffer(0));
  }

  async export() { return new Blob([(await this.#engine.call("backup")).body], { type: "application/zip" }); }

  async import(file, { signal } = {}) {
    const { opened } = await this.#call("adopt", {}, signal, await file.arrayBuffer());
    await this.#take(opened);
  }

  /** Destroys everything that is kept here. */
  async wipe() {
    this.#unsaved = false;
    await this.#saving;
    await this.#engine.call("wipe");
    await globalThis.caches?.delete(this.#pictureCache);
    await this.close();
  }

  /** Reads the takedown feed and forgets what is new in it. */
  async sync({ signal } = {}) {
    const { url, key } = this.#options.takedowns;
    const { serial } = await this.#call("takedown", { key, ask: true }, signal);
    const follow = async (since) => this.#call("takedown", { key }, signal, await this.#pages(url, since, signal));
    const done = await follow(Math.max(0, serial - 1)).catch((e) => {
      if (e.value === "broken" || e.value === "stale") return follow(0); // a page that an old copy cut
      throw e;
    });
    for (const erased of done.erased ?? []) await this.#erased(erased);
    this.#emit("takedown", done);
    return done;
  }

  on(name, listener) {
    if (!this.#heard.has(name)) this.#heard.set(name, new Set());
    this.#heard.get(name).add(listener);
    return () => this.#heard.get(name).delete(listener);
  }

  async close() {
    this.#closed = true;
    await this.#saving;
    globalThis.removeEventListener?.("online", this.#online);
    this.#engine?.terminate();
  }

  async #open(options) {
    this.#options = options;
    const { catalog, interactions, features, model, store, base, signal } = options;
    const list = Array.isArray(catalog) ? catalog : await (await get(catalog, signal)).json().catch(() => {
      throw bad("The catalogue is not JSON.", { file: `${catalog}` });
    });
    this.#check(list, Array.isArray(catalog) ? "catalog" : `${catalog}`);
    const text = `[\n${list.map((x, n) => JSON.stringify({ ...x, image: x.image && `${n}.jpg` })).join(",\n")}\n]`;
    const files = [["catalog.json", new TextEncoder().encode(text)]];
    const add = async (name, url) => files.push([name, await (await get(url, signal)).arrayBuffer()]);
    if (Array.isArray(interactions)) files.push(["interactions.json", new TextEncoder().encode(JSON.stringify(interactions))]);
    else if (interactions) await add(`interactions.${fileName(interactions).split(".").pop()}`, interactions);
    for (const f of features) await add(fileName(f), f);
    if (model) await add("model.safetensors", model);

    this.#engine = startEngine({ base, store });
    await this.#engine.hello;
    const body = pack(files);
    const sum = globalThis.crypto?.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", body)) : [];
    const name = `catalogue ${[...sum.slice(0, 8)].map((x) => x.toString(16).padStart(2, "0")).join("")}`;
    const { opened, kept, problem, exact, published } = await this.#call("restore", {}, signal);
    this.kept = kept;
    if (problem) this.#emit("error", new Failure({ code: "internal", message: problem }));
    const same = sum.length && opened?.name.startsWith(name);
    if (same) await this.#take(opened);
    else await this.#reopen(name, body, opened, signal);
    if (exact) this.#finish();
    this.#publish(published);
    if (options.takedowns) {
      this.#online = () => this.sync().then(() => this.#publish(), (e) => this.#emit("error", e));
      globalThis.addEventListener?.("online", this.#online);
      await this.sync({ signal }).catch((e) => {
        if (signal?.aborted) throw e;
        this.#emit("error", e);
        this.offline = e;
      });
    }
    if (!features.length && !(same && opened.name.endsWith("pictures")) && list.some((x) => x.image)) {
      this.#pictures(list, files, name).catch((e) => this.#emit("error", e));
    }
  }

  #online = () => {};

  // check refuses what the engine could not tell from good items, and names the place.
  #check(list, file) {
    if (!Array.isArray(list) || !list.length) throw bad("The catalogue is not a list with items.", { file, remedy: 'Write [{"id": …, "title": …}, …].' });
    this.#raw = new Map();
    for (const [n, x] of list.entries()) {
      const at = { file, line: n + 1 };
      for (const field of ["id", "title"]) {
        const v = x?.[field];
        if (!(typeof v === "string" && v.trim()) && !(field === "id" && Number.isInteger(v))) {
          throw bad(`Item ${n + 1} of the catalogue has no ${field}.`, { ...at, value: JSON.stringify(v), remedy: `Give it one, such as "${field}": "a-${field}".` });
        }
      }
      for (const field of ["description", "creator", "licence", "image"]) {
        if (x[field] != null && typeof x[field] !== "string") throw bad(`The ${field} of item ${n + 1} is not a text.`, { ...at, value: JSON.stringify(x[field]) });
      }
      const id = `${x.id}`.trim();
      if (this.#raw.has(id)) throw bad(`Two items have the id "${id}".`, { ...at, value: id, remedy: "Give every item its own." });
      this.#raw.set(id, x);
    }
  }

  // reopen opens a catalogue in place of what is kept. The visitor's clicks stay.
  async #reopen(name, body, before, signal) {
    const likes = before ? before.likes?.map((n) => before.catalog?.[n]?.id) ?? [] : [...this.#likes];
    const opened = await this.#call("open", { name, alone: this.#alone }, signal, body);
    await this.#take(opened);
    this.#likes = new Set(likes.filter((id) => this.#ids.includes(id)));
    if (this.#likes.size) await this.#liked();
  }

  // take takes over what the engine has open; what it lacks is gone for good.
  async #take(opened) {
    this.#ids = opened.catalog?.map((x) => x.id) ?? [];
    this.#likes = new Set((opened.likes ?? []).map((n) => this.#ids[n]));
    this.#trained = !!opened.trained;
    this.#stale = false;
    const here = new Map(this.#ids.map((id, n) => [id, n]));
    const pictures = await globalThis.caches?.open(this.#pictureCache);
    for (const [id, x] of this.#raw) {
      const n = here.get(id);
      if (x.image && (n === undefined || !opened.catalog[n].image)) {
        await pictures?.delete(new URL(x.image, document.baseURI));
        this.#raw.set(id, { ...x, image: undefined });
      }
      if (n === undefined) this.#raw.delete(id);
    }
    for (const x of opened.catalog ?? []) if (x.id && !this.#raw.has(x.id)) this.#raw.set(x.id, { ...x, image: undefined }); // of an import
    this.#emit("change");
  }

  async #erased(erased) {
    this.#lines += erased.receipts;
    await this.#take(erased.opened);
    if (erased.exact) this.#finish();
    await this.#publish(erased.published);
  }

  // publish tells the log of receipts. What it could not be told waits beside the page for the next time: hashes, which name nobody.
  #publish(lines) { return (this.#publishing = this.#publishing.then(() => this.#tell(lines))); }

  async #tell(lines = "") {
    const { receipts, store } = this.#options, name = `lethe-unpublished-${store}`;
    if (!receipts) return;
    try {
      const waiting = [...new Set(`${localStorage[name] ?? ""}${lines}`.split("\n").filter(Boolean))];
      while (waiting.length) {
        localStorage[name] = waiting.map((x) => `${x}\n`).join("");
        const r = await fetch(receipts, { method: "POST", body: waiting[0], headers: { "Content-Type": "application/json" }, credentials: "omit" });
        const said = await r.json();
        if (r.status === 429 || r.status > 499) throw new Failure(said.error ?? { message: `${receipts} answered ${r.status}.` });
        this.#emit(r.ok ? "published" : "error", said);
        waiting.shift();
      }
      delete localStorage[name];
    } catch (e) {
      this.#emit("error", e);
    }
  }

  // finish trains again for the exact tier while nothing else is to do.
  #finish() {
    this.#exact ??= (async () => {
      for (let more = true; more && !this.#closed; ) {
        await idle();
        const erased = await this.#call("exact");
        if (erased.tier) await this.#erased({ ...erased, exact: false });
        more = erased.exact;
      }
    })().catch((e) => this.#emit("error", e)).finally(() => (this.#exact = undefined));
  }

  // pictures makes small copies of all pictures in idle time, kept in a cache so that it goes on where it was, and opens the catalogue
  // again with them.
  async #pictures(list, files, name) {
    const cache = await globalThis.caches?.open(this.#pictureCache);
    if (!cache || !globalThis.OffscreenCanvas) return;
    const thumbnails = [];
    for (const [n, { image }] of list.entries()) {
      if (!image || !this.#raw.get(`${list[n].id}`.trim())?.image) continue;
      await idle();
      if (this.#closed) return;
      const url = new URL(image, document.baseURI);
      let small = await cache.match(url);
      if (!small) {
        try {
          const bitmap = await createImageBitmap(await (await get(url)).blob(), { resizeWidth: 96, resizeHeight: 96, resizeQuality: "medium" });
          const canvas = new OffscreenCanvas(96, 96);
          canvas.getContext("2d").drawImage(bitmap, 0, 0);
          small = new Response(await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 }));
          await cache.put(url, small.clone());
        } catch {
          continue; // known by its words, then
        }
      }
      thumbnails.push([`${n}.jpg`, await small.arrayBuffer()]);
      this.#emit("progress", { stage: "pictures", done: n + 1, total: list.length, seconds_left: -1 });
    }
    if (!thumbnails.length || this.#closed) return;
    const trained = this.#trained;
    await this.#reopen(`${name} with pictures`, pack([...files, ...thumbnails]));
    if (trained && !this.#trained) await this.train(this.#options.training);
  }

  get #alone() { return this.#options.interactions === undefined; }
  get #pictureCache() { return `lethe-pictures-${this.#options.store}`; }

  async #pages(url, since, signal) {
    let next = new URL(url, document.baseURI), text = "";
    for (next.searchParams.set("since", since); next; ) {
      const r = await get(next, signal);
      text += await r.text();
      const link = /<([^>]+)>; rel="next"/.exec(r.headers.get("Link") ?? "");
      next = link && new URL(link[1], next);
    }
    return new TextEncoder().encode(text).buffer;
  }

  #number(id) {
    const n = this.#ids.indexOf(`${id}`);
    if (n < 0) throw bad(`There is no item "${id}".`, { value: `${id}` });
    return n;
  }

  async #liked() {
    this.#stale = true;
    await this.#like();
    this.#unsaved = true;
    this.#saving ??= this.#save().catch((e) => this.#emit("error", e)).finally(() => (this.#saving = undefined));
    this.#emit("change");
  }

  #like(keep) { return this.#call("like", { items: [...this.#likes].map((id) => this.#ids.indexOf(id)), keep }); }

  // save keeps the clicks behind the back of whoever clicks: one save at a time, and the last clicks win.
  async #save() {
    while (this.#unsaved) {
      this.#unsaved = false;
      await this.#like(true);
    }
  }

  #ranking({ items, scores, why }) {
    return items.map((n, k) => ({ id: this.#ids[n], item: this.#raw.get(this.#ids[n]), score: scores[k], why: why?.[k] }));
  }

  async #call(op, head = {}, signal, body) {
    signal?.throwIfAborted();
    try {
      return (await this.#engine.call(op, head, { signal, body, onprogress: (p) => this.#emit("progress", p) })).head;
    } catch (e) {
      throw e.code === "cancelled" && signal?.aborted ? signal.reason : e;
    }
  }

  #emit(name, detail) { for (const f of this.#heard.get(name) ?? []) f(detail); }
}

// The elements: <lethe-shelf catalog="catalog.json"> lists recommendations, <lethe-forget> forgets the visitor. Elements of the page with
// data-lethe-like="ID" are likes when clicked, with data-lethe-view="ID" views when the shelf comes.
const shared = new Map(); // options, as attributes → Lethe

function instance(element) {
  const from = element.closest("[catalog]") ?? document.querySelector("lethe-shelf[catalog]");
  if (!from) return Promise.reject(bad("<lethe-shelf> has no catalog.", { remedy: 'Write <lethe-shelf catalog="catalog.json">.' }));
  const of = (name) => from.getAttribute(name) ?? undefined;
  const url = of("takedowns");
  const options = {
    catalog: of("catalog"), interactions: of("interactions"), model: of("model"), features: of("features")?.split(/\s+/), store: of("store") ?? "site",
    takedowns: url && { url, key: of("owner") }, receipts: of("receipts"),
  };
  const name = JSON.stringify(options);
  if (!shared.has(name)) shared.set(name, Lethe.open(JSON.parse(name)));
  return shared.get(name);
}

function say(element, e) {
  element.dispatchEvent(new CustomEvent("lethe-error", { detail: e, bubbles: true }));
  console.error(e);
}

const Element = globalThis.HTMLElement ?? class {};

class Shelf extends Element {
  async connectedCallback() {
    try {
      const lethe = (this.lethe = await instance(this));
      for (const x of document.querySelectorAll("[data-lethe-view]")) await lethe.view(x.dataset.letheView);
      lethe.on("change", () => this.draw());
      await this.draw();
    } catch (e) {
      say(this, e);
    }
  }

  draw() {
    return (this.drawing ??= (async () => {
      await idle();
      this.drawing = undefined;
      const list = await this.lethe.recommend({ k: Number(this.getAttribute("k")) || 5 });
      this.replaceChildren(...list.map(({ id, item }) => {
        const a = document.createElement("a");
        a.dataset.letheItem = id;
        if (item.url) a.href = item.url;
        if (item.image) {
          const img = document.createElement("img");
          Object.assign(img, { src: item.image, alt: "", loading: "lazy" });
          a.append(img);
        }
        a.append(item.title);
        return a;
      }));
      this.dispatchEvent(new CustomEvent("lethe-drawn", { detail: list }));
    })().catch((e) => say(this, e)));
  }
}

class Forget extends Element {
  connectedCallback() {
    const say = (name, otherwise) => this.getAttribute(name) ?? otherwise;
    const button = document.createElement("button"), words = document.createElement("span");
    button.type = "button";
    button.textContent = this.textContent.trim() || "Forget me";
    words.role = "status";
    this.replaceChildren(button, " ", words);
    button.onclick = async () => {
      button.disabled = true;
      words.textContent = say("forgetting", "Forgetting…");
      try {
        const { receipt } = await (await instance(this)).forget(say("request"));
        const a = document.createElement("a");
        Object.assign(a, { href: URL.createObjectURL(new Blob([receipt])), download: "receipt.jsonl", textContent: say("save", "Save the receipt") });
        words.replaceChildren(say("forgotten", "Forgotten."), " ", a);
        this.dispatchEvent(new CustomEvent("lethe-forgotten", { detail: receipt, bubbles: true }));
      } catch (e) {
        words.textContent = e.message;
      }
      button.disabled = false;
    };
  }
}

if (globalThis.customElements && !customElements.get("lethe-shelf")) {
  customElements.define("lethe-shelf", Shelf);
  customElements.define("lethe-forget", Forget);
  document.addEventListener("click", (e) => { // from the first moment: what is clicked while the engine starts counts too
    const id = e.target.closest?.("[data-lethe-like]")?.dataset.letheLike, shelf = document.querySelector("lethe-shelf");
    if (id && shelf) instance(shelf).then((lethe) => lethe.like(id)).catch((e) => say(shelf, e));
  });
}
