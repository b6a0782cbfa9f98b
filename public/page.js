// What the page does around its Go program: start both programs, keep the clicks that
// come before Go is there, take files, watch the scroll position. Everything a visitor
// sees is drawn by Go; nothing here writes a word.
"use strict";
(() => {
  const root = document.documentElement;
  const page = {
    engine: null,     // the Web Worker that computes
    inbox: [],        // what it said before Go listened
    early: [],        // items that were clicked before Go was there, in order
    first: null,      // the file of the table that ranks before the engine does, or a promise of it
    files: new Map(), // ticket → packed files, or the body of an answer
    second: {},       // the line to the second engine; Go sets onmessage and onerror
    onfiles: null,    // (names, bytes, ticket, error), set by Go
    onplace: null,    // (section), set by Go
    onlink: null,     // (query and fragment), set by Go
    onheld: null,     // (), set by Go
    onspare: null,    // (), set by Go
    onhover: null,    // (item), set by Go
    onnear: null,     // (item), set by Go
  };
  window.lethePage = page;

  try {
    const theme = localStorage.getItem("theme");
    if (theme) root.dataset.theme = theme;
  } catch { /* storage may be forbidden: the system's colours then */ }

  page.paint = (theme) => {
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    try {
      if (theme) localStorage.setItem("theme", theme); else localStorage.removeItem("theme");
    } catch { /* as above */ }
  };
  page.theme = () => root.dataset.theme || "";

  // The page's own program comes first, and on a first visit a table of the demo's model, by which clicks are ranked until the engine,
  // three times as large, is there. Whoever was here before has all of it at hand, and may have erased some.
  const here = navigator.serviceWorker && navigator.serviceWorker.controller;
  page.first = here ? null : fetch("demo/first.safetensors").then((r) => (r.ok ? r.arrayBuffer() : null)).catch(() => null);
  const compiled = new Promise((yes, no) => {
    const compiler = new Worker("compile.js");
    compiler.onmessage = ({ data }) => (data.program ? yes(data.program) : no(data.error));
    compiler.onerror = (event) => no(event.message || "compile.js could not be fetched");
  }).then((program) => {
    page.engine = new Worker(new URLSearchParams(location.search).has("lab") ? "engine.js?lab" : "engine.js");
    page.engine.addEventListener("message", keep);
    page.engine.onmessage = (event) => page.inbox.push(event.data);
    page.engine.onerror = (event) => page.inbox.push(event);
    return program;
  });
  compiled.catch(() => { /* told below */ });
  const turn = () => new Promise((yes) => setTimeout(yes)); // what is done stays a task of its own

  document.addEventListener("DOMContentLoaded", async () => {
    try {
      const go = new Go();
      const program = await compiled;
      const instance = await WebAssembly.instantiate(program, go.importObject);
      await turn();
      go.run(instance);
    } catch (error) {
      root.dataset.failed = "";
      document.getElementById("failed-why").textContent = String(error);
    }
  });

  function earlyClick(event) {
    const button = event.target.closest(".hang");
    if (!button) return;
    const at = Number(button.closest("[data-item]").dataset.item);
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    page.early.push(at);
  }
  document.addEventListener("click", earlyClick);

  // arrive says which section is in view and keeps its link in view too.
  function arrive(id) {
    page.onplace(id);
    const link = document.querySelector(`.rail-list a[href="#${id}"]`);
    const list = link && link.closest(".rail-list");
    if (list && list.scrollWidth > list.clientWidth) list.scrollTo({ left: link.offsetLeft - list.offsetLeft - 24 });
  }

  // ready is called by Go after its first rendering.
  page.ready = () => {
    document.removeEventListener("click", earlyClick);
    page.startMap();
    const spy = new IntersectionObserver((entries) => {
      for (const e of entries) if (e.isIntersecting) arrive(e.target.id);
    }, { rootMargin: "-30% 0px -65% 0px" });
    for (const place of document.querySelectorAll(".place")) spy.observe(place);
  };

  addEventListener("popstate", () => page.onlink && page.onlink(location.search + location.hash));

  page.reveal = (id) => {
    const e = document.getElementById(id);
    if (!e) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const top = e.getBoundingClientRect().top;
    if (top < 0 || top > innerHeight * 0.7) e.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "center" });
    e.focus({ preventScroll: true });
  };

  page.save = (name, bytes) => {
    const a = document.createElement("a");
    a.href = URL.createObjectURL(new Blob([bytes]));
    a.download = name;
    a.click();
    setTimeout(() => URL.revokeObjectURL(a.href), 60e3);
  };

  // savePicture draws an SVG on paper, twice its size, and offers it as a PNG.
  page.savePicture = (name, svg) => {
    const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    const image = new Image();
    const [w, h] = svg.match(/viewBox="0 0 (\d+) (\d+)"/).slice(1).map(Number);
    image.width = w;
    image.height = h;
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = 2 * w;
      canvas.height = 2 * h;
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#ffffff";
      pen.fillRect(0, 0, 2 * w, 2 * h);
      pen.drawImage(image, 0, 0, 2 * w, 2 * h);
      URL.revokeObjectURL(url);
      canvas.toBlob(async (blob) => page.save(name, new Uint8Array(await blob.arrayBuffer())));
    };
    image.src = url;
  };

  // post sends an open command with the files kept under a ticket; their bytes are
  // handed over, not copied.
  page.post = (v, id, op, head, ticket) => {
    const body = page.files.get(ticket);
    page.files.delete(ticket);
    page.engine.postMessage({ v, id, op, head, body }, body ? [body] : []);
  };

  // keepBody has the body of a job's answer wait for post or postSecond, under the ticket -job.
  let awaited = 0;
  page.keepBody = (job) => {
    for (const ticket of page.files.keys()) if (ticket < 0) page.files.delete(ticket);
    awaited = job;
  };
  function keep({ data }) {
    if (!awaited || data.id !== awaited || data.op !== "done") return;
    page.files.set(-awaited, data.body);
    data.body = undefined;
    awaited = 0;
  }

  // The second engine is a Worker that has the first one's program, and starts it with its first message. It waits before
  // anybody needs it, so that a race asks the network for nothing. Where the machine does one thing at a time, there is none.
  let second = null;
  function spare() {
    if (second || !(navigator.hardwareConcurrency > 1)) return null;
    const worker = second = new Worker("engine.js?spare");
    return new Promise((yes) => {
      worker.onmessage = () => {
        worker.onmessage = (event) => { keep(event); page.second.onmessage(event); };
        page.onspare();
        yes();
      };
      worker.onerror = worker.onmessageerror = (event) => {
        worker.terminate();
        second = null;
        page.second.onerror(event);
        yes();
      };
      const { port1, port2 } = new MessageChannel();
      page.engine.postMessage({ line: port1 }, [port1]);
      worker.postMessage({ line: port2 }, [port2]);
    });
  }
  page.postSecond = (v, id, op, head, ticket) => {
    const body = page.files.get(ticket);
    page.files.delete(ticket);
    if (second) second.postMessage({ v, id, op, head, body }, body ? [body] : []); // where it has just died, that is told
  };
  page.endSecond = () => {
    if (second) second.terminate();
    second = null;
    spare();
  };

  // hold starts the service worker, which keeps the page and the prints, one address to a line. The answer is that all
  // is here; there is none where the browser has no service workers, or no room.
  page.hold = async (prints) => {
    await spare();
    if (!navigator.serviceWorker) return;
    try {
      await navigator.serviceWorker.register("sw.js");
      const { active } = await navigator.serviceWorker.ready;
      const sparing = navigator.connection && navigator.connection.saveData;
      const channel = new MessageChannel();
      channel.port1.onmessage = (event) => event.data && page.onheld();
      active.postMessage(prints && !sparing ? prints.split("\n") : [], [channel.port2]);
    } catch { /* the page works without */ }
  };

  // pack lays files out as recsys/api.PackFiles does: the header's length in four
  // bytes, little-endian; the header in JSON; the files' bytes.
  async function pack(list) {
    const parts = await Promise.all(list.map((f) => f.file.arrayBuffer()));
    const header = new TextEncoder().encode(JSON.stringify(list.map((f, k) => ({ name: f.name, size: parts[k].byteLength }))));
    const out = new Uint8Array(4 + header.length + parts.reduce((n, p) => n + p.byteLength, 0));
    new DataView(out.buffer).setUint32(0, header.length, true);
    out.set(header, 4);
    let at = 4 + header.length;
    for (const p of parts) { out.set(new Uint8Array(p), at); at += p.byteLength; }
    return out.buffer;
  }

  let tickets = 0;
  async function take(list) {
    list = list.filter((f) => !/(^|\/)(\.|__MACOSX)/.test(f.name));
    if (list.length === 0) return;
    while (!page.onfiles) await new Promise((yes) => setTimeout(yes, 50)); // until Go is there
    const names = list.map((f) => f.name).sort();
    try {
      const body = await pack(list.sort((a, b) => (a.name < b.name ? -1 : 1)));
      page.files.set(++tickets, body);
      page.onfiles(names, body.byteLength, tickets, "");
    } catch (error) {
      page.onfiles(names, 0, 0, String(error));
    }
  }

  // walk lists a dropped entry: a file, or a folder with all that is in it.
  async function walk(entry, path, list) {
    if (entry.isFile) {
      list.push({ name: path + entry.name, file: await new Promise((yes, no) => entry.file(yes, no)) });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((yes, no) => reader.readEntries(yes, no));
      if (some.length === 0) return;
      for (const e of some) await walk(e, path + entry.name + "/", list);
    }
  }

  let inside = 0; // how many nested elements the drag is over
  const carries = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  addEventListener("dragenter", (event) => { if (carries(event)) { inside++; root.dataset.drag = ""; } });
  addEventListener("dragleave", (event) => { if (carries(event) && --inside <= 0) { inside = 0; delete root.dataset.drag; } });
  addEventListener("dragover", (event) => { if (carries(event)) event.preventDefault(); });
  addEventListener("drop", async (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    inside = 0;
    delete root.dataset.drag;
    const entries = [...event.dataTransfer.items].map((i) => i.webkitGetAsEntry && i.webkitGetAsEntry()).filter(Boolean);
    const list = [];
    if (entries.length === 0) for (const file of event.dataTransfer.files) list.push({ name: file.name, file });
    for (const entry of entries) await walk(entry, "", list);
    take(list);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pick]");
    if (!button || button.disabled) return;
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.webkitdirectory = button.dataset.pick === "folder";
    input.onchange = () => take([...input.files].map((file) => ({ name: file.webkitRelativePath || file.name, file })));
    input.click();
  });
})();
