// Lethe from JavaScript: starts the engine in a Web Worker and speaks its
// protocol, whose definition is recsys/api. No dependency; types are in lethe.d.ts.
//
//   import { startEngine } from "./lethe.js";
//   const engine = startEngine();
//   const hello = await engine.hello;
//   await engine.call("open", { demo: true, demo_url: "demo/" });
//   await engine.call("train", { model: { name: "bpr" }, train: { seed: 1 } }, { onprogress: console.log });
//   const { head } = await engine.call("recommend", { slot: "before", user: 0, k: 10 });

/** The protocol's version, as recsys/api.Version. */
export const version = 1;

/**
 * startEngine starts an engine. base is the folder of engine.js, engine.wasm and
 * wasm_exec.js; the one of this file unless told otherwise. lab starts lab.wasm, which has all
 * methods and options to compare.
 */
export function startEngine({ base = new URL(".", import.meta.url), lab = false } = {}) {
  return new Engine(new Worker(new URL(lab ? "engine.js?lab" : "engine.js", base)));
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
