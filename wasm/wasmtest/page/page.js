// The page starts the Web Worker that runs the test binary and carries what it
// writes to the server, in order. The worker cannot do so itself: its event
// loop stands still while Go computes, the page's does not.
"use strict";

const waiting = []; // {path, body} not yet sent
let sending = false;

async function send(path, body) {
  waiting.push({ path, body });
  if (sending) return;
  sending = true;
  while (waiting.length > 0) {
    const { path, body } = waiting.shift();
    const parts = [body];
    while (path.startsWith("out?") && waiting.length > 0 && waiting[0].path === path) parts.push(waiting.shift().body);
    await fetch(path, { method: "POST", body: new Blob(parts) });
  }
  sending = false;
}

const fail = (text) => {
  send("out?fd=2", `wasmtest: ${text}\n`);
  send("exit?code=2", "");
};

const worker = new Worker("worker.js");
worker.onmessage = ({ data }) => send(data.path, data.body);
worker.onerror = (e) => fail(e.message || "the worker did not start");
worker.onmessageerror = () => fail("a message from the worker could not be read");
