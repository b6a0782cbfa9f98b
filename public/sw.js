// The service worker: it keeps the page, so that it opens without a network, and all prints of the demo catalogue, so that
// nobody who watches the network learns which of them a visitor looks at. The page starts it once the first ranking is
// there, so it competes with nothing.
//
// Programs come from the network where there is one and from what is kept where there is none: a visitor who is online
// never runs an old program. Prints do not change under their name and come from what is kept.
"use strict";

const store = "lethe";
const shell = [
  "./", "style.css", "page.js", "compile.js", "map.js", "vugu.js", "wasm_exec.js", "app.wasm",
  "engine.js", "engine.wasm", "gpu.js",
  "manifest.webmanifest", "icons/lethe.svg", "fonts/instrument-sans.woff2", "demo/catalogue.zip", "verify", "verify.js", "lethe.js",
];
const known = [...shell, "lab.wasm"]; // kept by whoever has opened the lab
const prints = "demo/prints/";
const atOnce = 6; // prints on their way at a time

const scope = new URL("./", self.location);

self.addEventListener("install", (event) => event.waitUntil((async () => {
  await (await caches.open(store)).addAll(shell); // what the page has just loaded is not sent again, only asked about
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  let name = url.pathname.slice(scope.pathname.length);
  if (name.startsWith(prints)) {
    event.respondWith(print(event.request));
    return;
  }
  if (name === "" || name === "index.html") name = "./";
  if (name === "verify.html") name = "verify";
  if (url.search === "?spare" && known.includes(name)) {
    event.respondWith(kept(event.request, name));
    return;
  }
  if (known.includes(name)) event.respondWith(fresh(event.request, name));
});

async function print(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await (await caches.open(store)).put(request, response.clone());
  return response;
}

// kept serves a second engine, which is no newer than the first. The copy has no address: a Worker goes by its own.
async function kept(request, name) {
  const found = await caches.match(new URL(name, scope).href);
  return found ? new Response(found.body, found) : fetch(request);
}

async function fresh(request, name) {
  const key = new URL(name, scope).href; // whatever follows the question mark
  try {
    const response = await fetch(request);
    if (response.ok && !response.redirected) {
      const kept = await caches.match(key);
      if (!kept || kept.headers.get("Etag") !== response.headers.get("Etag")) {
        const copy = response.clone();
        caches.open(store).then((c) => c.put(key, copy)).catch(() => { /* no room: the page works, but not offline */ });
      }
    }
    return response;
  } catch (error) {
    const kept = await caches.match(key);
    if (kept) return kept;
    throw error;
  }
}

// The page sends the addresses of all prints; the answer says whether all of them are here.
self.addEventListener("message", (event) => event.waitUntil((async () => {
  const c = await caches.open(store);
  const had = new Set((await c.keys()).map((r) => r.url));
  const missing = event.data.map((name) => new URL(name, scope).href).filter((u) => !had.has(u));
  let failed = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let u = missing.pop(); u; u = missing.pop()) await c.add(u).catch(() => { failed++; });
  }));
  event.ports[0].postMessage(failed === 0);
})()));
