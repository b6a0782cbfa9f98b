// Checks receipts with WebCrypto, by the same rules as recsys/erase/receipt, and does the
// computation again with the engine where a server gives it. Every word is in verify.html, the German ones in data-de.
"use strict";
(() => {
  const wished = new URLSearchParams(location.search).get("lang") || navigator.language || "";
  const signed = new Map(); // sentences of receipts, which are signed in English, in the reader's language
  const found = []; // sentences of the engine, which speaks English, those that say most by themselves first
  if (/^de\b/i.test(wished)) {
    for (const e of document.querySelectorAll("[data-signed]")) signed.set(e.textContent, e.dataset.de);
    for (const e of document.querySelectorAll("[data-found]")) {
      const pieces = e.textContent.split(/\{\d\}/).map((s) => s.replace(/[^\w\s]/g, "\\$&"));
      found.push({ says: new RegExp(`^${pieces.join("(.+?)")}$`, "s"), size: pieces.join("").length, german: e.dataset.de });
    }
    found.sort((a, b) => b.size - a.size);
    document.documentElement.lang = "de";
    document.title = "Lethe: einen Beleg prüfen";
    for (const e of document.querySelectorAll("[data-de]")) e.textContent = e.dataset.de;
  }
  const format = "lethe-receipt/1";
  const $ = (id) => document.getElementById(id);
  const say = (key, ...args) => {
    const text = document.querySelector(`[data-say="${key}"]`).textContent;
    return args.reduce((s, a, k) => s.replaceAll(`{${k}}`, () => String(a)), text);
  };
  const word = (key, plain) => document.querySelector(`[data-say="${CSS.escape(`${key}.${plain}`)}"]`)?.textContent ?? plain;
  const told = (s) => {
    for (const f of found) {
      const args = s.match(f.says);
      if (args) return f.german.replace(/\{(\d)\}/g, (_, k) => args[Number(k) + 1]);
    }
    return s;
  };
  const bytes = (s) => new TextEncoder().encode(s);
  const hex = (b) => [...new Uint8Array(b)].map((x) => x.toString(16).padStart(2, "0")).join("");
  const sha = async (domain, text) => hex(await crypto.subtle.digest("SHA-256", bytes(domain + text)));

  // canonical is RFC 8785: JSON.stringify over sorted keys. Objects without a prototype have no
  // key that means anything else.
  function canonical(v) {
    if (Array.isArray(v)) return `[${v.map(canonical).join(",")}]`;
    if (v && typeof v === "object") return `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`).join(",")}}`;
    return JSON.stringify(v);
  }

  // base64 refuses forms that are not the one that encoding gives.
  function base64(text) {
    const raw = atob(text);
    if (btoa(raw) !== text) throw new Error("not canonical");
    return Uint8Array.from(raw, (c) => c.charCodeAt(0));
  }

  class Bad extends Error {}

  function read(text) {
    if (!text.endsWith("\n")) throw new Bad(say("bad.json", text.split("\n").length));
    return text.slice(0, -1).split("\n").map((line, k) => {
      let d;
      try { d = JSON.parse(line, (key, v) => { if (key === "__proto__") throw new Error(key); return v; }); } catch { throw new Bad(say("bad.json", k + 1)); }
      if (!d || typeof d !== "object" || !d.receipt || typeof d.receipt !== "object" || Object.keys(d).some((x) => !["receipt", "signature", "opening"].includes(x))) throw new Bad(say("bad.json", k + 1));
      if (canonical(d) !== line) throw new Bad(say("bad.canonical", k + 1));
      return d;
    });
  }

  async function check(list) {
    const findings = [];
    let before = null;
    for (const [k, d] of list.entries()) {
      const r = d.receipt, n = k + 1;
      if (r.format !== format) throw new Bad(say("bad.format", n));
      let fits = false;
      try {
        const key = await crypto.subtle.importKey("raw", base64(r.key), { name: "Ed25519" }, false, ["verify"]);
        fits = await crypto.subtle.verify({ name: "Ed25519" }, key, base64(d.signature), bytes(`${format}\n${canonical(r)}`));
      } catch (e) {
        if (e.name === "NotSupportedError") throw new Bad(say("no.ed25519"));
      }
      if (!fits) throw new Bad(say("bad.signature", n));
      if (d.opening && await sha("lethe-opening/1\n", canonical(d.opening)) !== r.request.commitment) throw new Bad(say("bad.opening", n));
      const hash = await sha(`${format}\n`, canonical(r));
      if (r.serial < 1 || (r.serial === 1) !== (r.previous === "") || before && (r.serial !== before.serial + 1 || r.previous !== before.hash)) throw new Bad(say("bad.chain", n));
      before = { serial: r.serial, hash };
      if (n === list.length) findings.push(say("good.signature", (await sha("lethe-key/1\n", r.key)).slice(0, 16)));
      if (n === list.length && d.opening) findings.push(say("good.opening", d.opening.request));
    }
    if (list.length > 1) findings.push(say("good.chain", list.length));
    return findings;
  }

  function element(name, text, ...children) {
    const e = document.createElement(name);
    if (text !== "") e.textContent = text;
    e.append(...children);
    return e;
  }

  function rows(pairs) {
    const dl = element("dl", "");
    dl.className = "facts";
    for (const [head, value] of pairs) if (value !== "" && value !== undefined) dl.append(element("div", "", element("dt", head), element("dd", value)));
    return dl;
  }

  function show(d) {
    const r = d.receipt, s = element("section", "");
    s.append(element("h2", say("title", r.serial, word("tier", r.tier))));
    s.append(rows([
      [say("row.request"), d.opening ? d.opening.request : ""], [say("row.issued"), r.issued],
      [say("row.reached"), Object.entries(r.reached || {}).map(([k, v]) => `${word("tier", k)} ${v}`).join(", ")],
      [say("row.pairs"), r.request.pairs], [say("row.method"), `${r.method.name}, ${word("guarantee", r.method.guarantee)}`], [say("row.model"), r.model.name],
      [say("row.code"), `Lethe ${r.code.version} ${r.code.sources} ${r.code.backend}`],
      [say("row.data"), r.data_sha256], [say("row.theta"), r.theta_sha256], [say("row.commitment"), r.request.commitment], [say("row.previous"), r.previous], [say("row.key"), r.key],
    ]));
    for (const [head, of] of [["head.audits", r.audits], ["head.purged", r.purged]]) {
      const entries = Object.entries(of || {}).sort();
      if (entries.length) s.append(element("h3", say(head)), rows(entries.map(([k, v]) => [k, typeof v === "string" ? signed.get(v) || v : say("audit", v.value.toFixed(4), v.low.toFixed(4), v.high.toFixed(4))])));
    }
    s.append(element("h3", say("head.limits")), element("ul", "", ...(r.limits || []).map((l) => element("li", signed.get(l) || l))));
    return s;
  }

  const list = (id, lines, bad) => {
    $(id).replaceChildren(...lines.map((l) => element("li", l)));
    $(id).className = bad ? "bad" : "good";
  };

  let text = "";
  async function take(file) {
    $("receipts").replaceChildren();
    list("replayed", []);
    $("replay").hidden = $("print").hidden = true;
    try {
      // Not file.text(), which would quietly repair bytes that are no UTF-8.
      text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
      const all = read(text), findings = await check(all);
      list("findings", [...findings, location.protocol === "file:" ? say("only.served") : say("good.none")]);
      $("receipts").replaceChildren(...all.map(show));
      $("replay").hidden = location.protocol === "file:";
      $("print").hidden = false;
    } catch (e) {
      list("findings", [e instanceof Bad ? e.message : say("bad.json", 1)], true);
    }
    document.documentElement.dataset.checked = $("findings").className;
  }

  // pack is recsys/api.PackFiles.
  async function pack(files) {
    const parts = await Promise.all(files.map((f) => f.arrayBuffer()));
    const header = bytes(JSON.stringify(files.map((f, k) => ({ name: f.name, size: parts[k].byteLength }))));
    const out = new Uint8Array(4 + header.length + parts.reduce((n, p) => n + p.byteLength, 0));
    new DataView(out.buffer).setUint32(0, header.length, true);
    out.set(header, 4);
    let at = 4 + header.length;
    for (const p of parts) { out.set(new Uint8Array(p), at); at += p.byteLength; }
    return out.buffer;
  }

  async function replay(files) {
    list("replayed", []);
    $("progress").textContent = say("opening.data");
    const { startEngine } = await import("./lethe.js");
    const engine = startEngine({ lab: true });
    try {
      await engine.call("open", {}, { body: await pack(files) });
      const onprogress = (p) => { if (p.total) $("progress").textContent = say("training", Math.floor(100 * p.done / p.total)); };
      const { head } = await engine.call("verify", { replay: true }, { body: bytes(text).buffer, onprogress });
      list("replayed", head.findings.map(told), !head.passed);
    } catch (e) {
      list("replayed", [say("engine", e.message)], true);
    } finally {
      engine.terminate();
      $("progress").textContent = "";
      document.documentElement.dataset.replayed = $("replayed").className;
    }
  }

  $("file").onchange = () => $("file").files[0] && take($("file").files[0]);
  $("data").onchange = () => $("data").files.length && replay([...$("data").files]);
  $("print").onclick = () => print();
  addEventListener("dragover", (e) => e.preventDefault());
  addEventListener("drop", (e) => {
    e.preventDefault();
    if (e.dataTransfer.files[0]) take(e.dataTransfer.files[0]);
  });
})();
