// The page's half of vugu's renderer: it turns the instructions that Go writes
// into changes of the document.
//
// vugu v0.4.0 would bring its own half through eval, which a strict content
// security policy forbids. So this file is served instead, eval is replaced by
// a function that does nothing, and the instruction set stays vugu's (opcodes
// of domrender/renderer-js-instructions.go; vugu is MIT, (c) 2019 vugu).
// ui/vugujs_test.go checks that the two still agree.
//
// Departures, each for a reason seen in a browser:
//   - nothing is written that already has the value: pictures are not fetched
//     again, text selections survive, a render without news costs no layout;
//   - only attributes that Go set are taken away, so <details open> and
//     what the browser itself notes on an element survive a render;
//   - a listener belongs to its element and knows its current position, so a
//     shifted list never calls the wrong handler;
//   - an element that lost all its children is emptied;
//   - an event carries the few fields that handlers read, not every property;
//   - events fired by a render itself wait until the render is over, since Go
//     holds its lock.
"use strict";
(() => {
  window.eval = () => undefined;

  const OP = {
    end: 0, clearEl: 1, removeOtherAttrs: 5, setAttrStr: 6, selectMountPoint: 7,
    moveToFirstChild: 20, setElement: 21, setText: 23, setComment: 24, moveToParent: 25,
    moveToNextSibling: 26, removeOtherEventListeners: 27, setEventListener: 28, setInnerHTML: 29,
    setCSSTag: 30, removeOtherCSSTags: 31, setProperty: 35, selectQuery: 36, bufferInnerHTML: 37,
    setAttrNSStr: 38, setElementNS: 39, callback: 40, callbackLastElement: 41,
  };
  const FIRST_CHILD = 1, NEXT_SIBLING = 2;

  const bytes = new Uint8Array(16384); // the size that domrender.New allocates
  const view = new DataView(bytes.buffer);
  const utf8 = new TextDecoder(), encoder = new TextEncoder();
  const drawn = new WeakSet(); // text and comments that Go knows

  let at = 0;           // read position in bytes
  let mount = null;     // the element that holds the page
  let el = null;        // where we are
  let move = 0;         // a move that the next set instruction completes
  let leaf = null;      // an element whose children have not been mentioned yet
  let known = null;     // what is noted of el: attributes, listeners, inner HTML
  let pass = 0;         // counts elements, to tell what this render set from what it left
  let html = "";        // inner HTML that came in pieces
  let rendering = false;
  let activeEvent = null;
  let onEvent = null, onCallback = null;

  function u32() { const v = view.getUint32(at); at += 4; return v; }
  function str() {
    const n = u32(), from = at;
    at += n;
    if (n < 20) { // most are short names: cheaper without the decoder
      let s = "";
      for (let i = from; i < at; i++) {
        if (bytes[i] > 127) return utf8.decode(bytes.subarray(from, at));
        s += String.fromCharCode(bytes[i]);
      }
      return s;
    }
    return utf8.decode(bytes.subarray(from, at));
  }

  // skip passes over a string that is not needed.
  function skip() { at += view.getUint32(at) + 4; }

  function note(e) {
    if (!e.vuguNote) {
      e.vuguNote = { attrs: new Map(), handlers: new Map(), html: null };
      for (const a of e.attributes) e.vuguNote.attrs.set(a.name, { value: a.value, pass: 0 }); // served with the page
    }
    return e.vuguNote;
  }

  // settle empties an element whose children Go did not mention.
  function settle() {
    if (leaf && leaf.firstChild && !leaf.hasAttribute("data-foreign")) leaf.replaceChildren();
    leaf = null;
  }

  // step completes a pending move onto a node that must exist.
  function step() {
    if (move === FIRST_CHILD) el = el.firstChild;
    else if (move === NEXT_SIBLING) el = el.nextSibling;
    move = 0;
    if (!el) throw new Error("vugu.js: the tree has fewer nodes than the instructions");
  }

  // place makes the selected node one that fits, or puts a new one there.
  function place(fits, create) {
    const parent = move === FIRST_CHILD ? el : el.parentNode;
    const found = move === FIRST_CHILD ? el.firstChild : move === NEXT_SIBLING ? el.nextSibling : el;
    move = 0;
    if (found && fits(found)) { el = found; return; }
    const made = create();
    if (found) parent.replaceChild(made, found); else parent.appendChild(made);
    el = made;
  }

  function element(name, ns) {
    place((n) => n.nodeType === 1 && n.nodeName.toUpperCase() === name.toUpperCase(),
      () => (ns ? document.createElementNS(ns, name) : document.createElement(name)));
    known = note(el);
    pass++;
  }

  function character(type, content) {
    // Text that stands side by side is one node in a page as it was served.
    if (type === 3 && move) {
      const found = move === FIRST_CHILD ? el.firstChild : el.nextSibling;
      if (found && found.nodeType === 3 && !drawn.has(found) && found.data.length > content.length && found.data.startsWith(content)) found.splitText(content.length);
    }
    place((n) => n.nodeType === type,
      () => (type === 3 ? document.createTextNode(content) : document.createComment(content)));
    if (el.data !== content) el.data = content;
    drawn.add(el);
  }

  function setAttr(name, value) {
    const a = known.attrs.get(name);
    if (a) {
      a.pass = pass;
      if (a.value === value) return;
      // A picture must never stand above another one's caption while it loads.
      if (name === "src" && el.nodeName === "IMG") el.removeAttribute("src");
      a.value = value;
    } else {
      known.attrs.set(name, { value, pass });
    }
    el.setAttribute(name, value);
  }

  function listen(position, type, capture, passive) {
    const key = capture || passive ? `${type}|${capture}|${passive}` : type, old = known.handlers.get(key);
    if (old) { old.position = position; old.pass = pass; return; }
    const h = { position, type, capture, passive, pass }, owner = el;
    h.f = (event) => {
      if (!rendering) send(h, event);
      else queueMicrotask(() => { if (owner.isConnected) send(h, event); });
    };
    known.handlers.set(key, h);
    el.addEventListener(type, h.f, { capture: !!capture, passive: !!passive });
  }

  function unlisten() {
    for (const [key, h] of known.handlers) {
      if (h.pass === pass) continue;
      el.removeEventListener(h.type, h.f, { capture: !!h.capture });
      known.handlers.delete(key);
    }
    leaf = el;
  }

  // send hands an event to Go: a length, then JSON.
  function send(h, event) {
    const t = event.target || {};
    const json = encoder.encode(JSON.stringify({
      position_id: h.position, event_type: h.type, capture: !!h.capture, passive: !!h.passive,
      event_summary: {
        type: event.type, key: event.key, ctrlKey: event.ctrlKey, metaKey: event.metaKey,
        shiftKey: event.shiftKey, altKey: event.altKey,
        target: { id: t.id, name: t.name, value: t.value, checked: t.checked, open: t.open },
      },
    }));
    const buffer = new Uint8Array(json.length + 4);
    new DataView(buffer.buffer).setUint32(0, json.length);
    buffer.set(json, 4);
    activeEvent = event;
    onEvent(buffer);
    activeEvent = null;
  }

  function render() {
    at = 0;
    rendering = true;
    try {
      for (;;) {
        const op = bytes[at++];
        switch (op) {
          case OP.end: return;
          case OP.clearEl: el = null; move = 0; leaf = null; break;
          case OP.selectMountPoint: {
            const selector = str(), name = str();
            mount = mount || document.querySelector(selector);
            if (!mount) throw new Error("vugu.js: no element " + selector);
            el = mount; move = 0;
            element(name);
            mount = el;
            break;
          }
          case OP.selectQuery: el = document.querySelector(str()); move = 0; break;
          case OP.setElement: element(str()); break;
          case OP.setElementNS: { const name = str(); element(name, str()); break; }
          case OP.setText: character(3, str()); break;
          case OP.setComment: character(8, str()); break;
          case OP.setAttrStr: { const name = str(); setAttr(name, str()); break; }
          case OP.setAttrNSStr: { skip(); const name = str(); setAttr(name, str()); break; }
          case OP.removeOtherAttrs:
            for (const [name, a] of known.attrs) {
              if (a.pass !== pass) { el.removeAttribute(name); known.attrs.delete(name); }
            }
            break;
          case OP.setProperty: {
            const name = str(), value = JSON.parse(str());
            if (el[name] !== value) el[name] = value;
            break;
          }
          case OP.setEventListener: { const p = str(), type = str(); listen(p, type, bytes[at++], bytes[at++]); break; }
          case OP.removeOtherEventListeners: skip(); unlisten(); break;
          case OP.bufferInnerHTML: html += str(); break;
          case OP.setInnerHTML: {
            const next = html + str();
            html = ""; leaf = null;
            if (known.html !== next && (known.html !== null || el.innerHTML !== next)) el.innerHTML = next;
            known.html = next;
            break;
          }
          case OP.moveToFirstChild:
            if (move) step();
            note(el).html = null;
            leaf = null;
            move = FIRST_CHILD;
            break;
          case OP.moveToNextSibling: settle(); if (move) step(); move = NEXT_SIBLING; break;
          case OP.moveToParent:
            settle();
            if (move === FIRST_CHILD) {
              el.replaceChildren();
            } else {
              while (el.nextSibling) el.nextSibling.remove();
              el = el.parentNode;
            }
            move = 0;
            break;
          case OP.removeOtherCSSTags: break; // components carry no style sheets here
          case OP.callback: onCallback(u32()); break;
          case OP.callbackLastElement: onCallback(u32(), el); break;
          default: throw new Error("vugu.js: unknown instruction " + op);
        }
      }
    } finally {
      rendering = false;
    }
  }

  window.vuguGetRenderArray = () => bytes;
  window.vuguRender = render;
  window.vuguSetEventHandler = (f) => { onEvent = f; };
  window.vuguSetCallbackHandler = (f) => { onCallback = f; };
  window.vuguGetActiveEvent = () => activeEvent;
  window.vuguGetActiveEventTarget = () => activeEvent && activeEvent.target;
  window.vuguGetActiveEventCurrentTarget = () => activeEvent && activeEvent.currentTarget;
  window.vuguActiveEventPreventDefault = () => { if (activeEvent) activeEvent.preventDefault(); };
  window.vuguActiveEventStopPropagation = () => { if (activeEvent) activeEvent.stopPropagation(); };
})();
