// The map: draws the points that Go hands over on the canvas, marks what the canvas's attributes name, and tells Go
// what is pointed at. And, for the whole page, pointing at a print anywhere points at it everywhere.
"use strict";

(() => {
  const page = window.lethePage;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const reach = 18;   // how near the pointer must be to a print, in pixels
  const travel = 250; // of a point from one model to another, in milliseconds
  let canvas = null, pen = null, ground = null, image = null;
  let head = null, xy = null; // {slots, items, users}, all points
  let width = 0, height = 0, scale = 1;
  let marks = { likes: [], shelf: [], gone: [] };
  let views = []; // what is shown side by side: {name, x, y, w, h, at}; at are screen places, x and y by turns
  let at = null;  // those of the view that is drawn or pointed at
  let hot = -1, crowd = "", slot = "", asked = false; // crowd: the items of a group that is pointed at
  let wanted = -1, told = -1; // what Go shall know of that, and what it knows

  const together = "all"; // the slot that is all of them

  // lay divides the canvas: one view, or one for each slot, side by side where there is room and else one above the other.
  function lay(name) {
    const names = name === together ? head.slots : [name], wide = width > height, n = names.length;
    views = names.map((name, k) => {
      const box = { name, x: wide ? k * width / n : 0, y: wide ? 0 : k * height / n, w: wide ? width / n : width, h: wide ? height : height / n };
      return { ...box, at: place(name, box) };
    });
    at = views[0].at;
  }

  // over is the view at a place of the screen.
  const over = (x, y) => views.find((v) => x < v.x + v.w && y < v.y + v.h) || views[0];

  // place computes where a slot's points are in a box of the screen. All slots share one scale, that of the first.
  function place(name, box) {
    const n = head.items + head.users, k = Math.max(0, head.slots.indexOf(name));
    let x0 = Infinity, x1 = -Infinity, y0 = Infinity, y1 = -Infinity;
    for (let i = 0; i < n; i++) {
      const x = xy[2 * i], y = xy[2 * i + 1];
      if (x !== x) continue;
      x0 = Math.min(x0, x); x1 = Math.max(x1, x); y0 = Math.min(y0, y); y1 = Math.max(y1, y);
    }
    const edge = 24, out = new Float32Array(2 * n);
    const sx = (box.w - 2 * edge) / (x1 - x0 || 1), sy = (box.h - 2 * edge) / (y1 - y0 || 1);
    for (let i = 0; i < n; i++) {
      out[2 * i] = box.x + edge + (xy[2 * (k * n + i)] - x0) * sx;
      out[2 * i + 1] = box.y + box.h - edge - (xy[2 * (k * n + i) + 1] - y0) * sy;
    }
    return out;
  }

  let colours = {}; // as the style sheet has them, until the theme changes
  const colour = (name) => (colours[name] ||= getComputedStyle(canvas).getPropertyValue("--" + name).trim());
  const tinted = () => { colours = {}; if (at) paint(); };

  // paint draws all points; it happens when they change, not when the pointer moves. They are squares of whole pixels set one
  // by one, which costs a third of asking the canvas for each; where they overlap, they grow darker.
  function paint() {
    const p = ground.getContext("2d"), wide = ground.width, high = ground.height;
    if (!wide || !high) return;
    if (!image || image.width !== wide || image.height !== high) image = p.createImageData(wide, high);
    const pixels = new Uint32Array(image.data.buffer).fill(0), darker = new Uint32Array(256);
    const draw = (from, to, size, style, alpha) => {
      p.fillStyle = style; // reads as #rrggbb
      const [r, g, b] = [1, 3, 5].map((k) => parseInt(p.fillStyle.slice(k, k + 2), 16)), bgr = b << 16 | g << 8 | r;
      const side = Math.max(1, Math.round(size * scale)), cover = alpha * Math.min(1, (size * scale / side) ** 2);
      for (let a = 0; a < 256; a++) darker[a] = Math.round(a + (255 - a) * cover) << 24 | bgr;
      for (let i = from; i < to; i++) {
        const x = Math.round(at[2 * i] * scale - side / 2), y = Math.round(at[2 * i + 1] * scale - side / 2);
        if (!(x >= 0 && y >= 0 && x + side <= wide && y + side <= high)) continue;
        for (let row = y * wide + x, end = row + side * wide; row < end; row += wide) {
          for (let k = row; k < row + side; k++) pixels[k] = darker[pixels[k] >>> 24];
        }
      }
    };
    for (const v of views) {
      at = v.at;
      draw(head.items, head.items + head.users, 1.5, colour("before"), .8);
      draw(0, head.items, 3, colour("ink"), .8);
    }
    p.putImageData(image, 0, 0);
    show();
  }

  function dot(i, r, fill, line) {
    pen.beginPath();
    pen.arc(at[2 * i], at[2 * i + 1], r, 0, 7);
    if (fill) { pen.fillStyle = fill; pen.fill(); }
    if (line) { pen.strokeStyle = line; pen.lineWidth = 2; pen.stroke(); }
  }

  // show puts the marks on top, and tells Go what is pointed at, which then writes the caption.
  function show() {
    asked = false;
    if (told !== wanted && page.onhover) page.onhover(told = wanted);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(ground, 0, 0);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    const ink = colour("ink"), paper = colour("paper"), accent = colour("accent"), bad = colour("bad");
    pen.globalAlpha = 1;
    for (const v of views) mark(v, ink, paper, accent, bad);
  }

  // mark puts the marks on one view, and names it where there are more.
  function mark(v, ink, paper, accent, bad) {
    at = v.at;
    if (views.length > 1) {
      const names = canvas.dataset.names.split("|");
      pen.font = `600 13px ${colour("sans")}`;
      pen.fillStyle = ink;
      pen.fillText(names[views.indexOf(v)] || v.name, v.x + 12, v.y + 20);
      pen.fillStyle = colour("line");
      if (v.x > 0) pen.fillRect(v.x, 0, 1, height);
      if (v.y > 0) pen.fillRect(0, v.y, width, 1);
    }
    const known = (i) => i < head.items && at[2 * i] === at[2 * i];
    for (const i of marks.gone) {
      if (!known(i)) continue;
      const x = at[2 * i], y = at[2 * i + 1];
      for (const [style, w] of [[paper, 5], [bad, 2]]) {
        pen.strokeStyle = style; pen.lineWidth = w;
        pen.beginPath(); pen.moveTo(x - 5, y - 5); pen.lineTo(x + 5, y + 5); pen.moveTo(x + 5, y - 5); pen.lineTo(x - 5, y + 5); pen.stroke();
      }
    }
    for (const i of marks.shelf) if (known(i)) print(v, i, 20, 25, accent) || dot(i, 5, paper, accent);
    for (const i of marks.likes) if (known(i)) dot(i, 8, paper) || dot(i, 6, accent);
    if (crowd) for (const i of crowd.split(" ").map(Number)) if (known(i)) dot(i, 4, accent, paper);
    if (hot >= 0 && known(hot)) {
      print(v, hot, 64, 80, ink) || dot(hot, 8, paper, ink);
      dot(hot, 4, ink, paper);
    }
  }

  // print draws an item's picture beside its point, if the page has it.
  function print(v, i, w, h, line) {
    const img = document.querySelector(`[data-item="${i}"] img`);
    if (!img || !img.complete || !img.naturalWidth) return false;
    const x = Math.min(Math.max(at[2 * i] - w / 2, v.x), v.x + v.w - w), y = Math.min(Math.max(at[2 * i + 1] - (w > 30 ? h + 8 : h / 2), v.y), v.y + v.h - h);
    pen.drawImage(img, x, y, w, h);
    pen.strokeStyle = line; pen.lineWidth = 2; pen.strokeRect(x, y, w, h);
    return true;
  }

  const soon = () => { if (!asked && at) { asked = true; requestAnimationFrame(show); } };

  function size() {
    const box = canvas.getBoundingClientRect();
    scale = Math.min(devicePixelRatio || 1, 2);
    width = box.width; height = box.height;
    for (const c of [canvas, ground]) { c.width = Math.round(width * scale); c.height = Math.round(height * scale); }
    if (xy) { lay(slot); paint(); }
  }

  // travels from the model shown to another.
  function go(name) {
    slot = name;
    if (!xy) return;
    const from = at, alone = views.length === 1;
    lay(name);
    const view = views[0], to = view.at;
    if (!alone || views.length > 1 || from.length !== to.length || still.matches) { paint(); return; }
    let start = 0;
    requestAnimationFrame(function step(now) {
      start ||= now;
      const t = Math.min(1, (now - start) / travel), e = t * (2 - t);
      if (slot !== name) return;
      view.at = t === 1 ? to : to.map((v, k) => (from[k] === from[k] && t < 1 ? from[k] + (v - from[k]) * e : v));
      paint();
      if (t < 1) requestAnimationFrame(step);
    });
  }

  function read() {
    const items = (name) => (canvas.dataset[name] ? canvas.dataset[name].split(".").map(Number) : []);
    marks = { likes: items("likes"), shelf: items("shelf"), gone: items("gone") };
    if (canvas.dataset.slot !== slot) go(canvas.dataset.slot); else soon();
  }

  page.drawMap = (slots, items, users, bytes) => {
    head = { slots: slots.split(","), items, users };
    xy = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    slot = canvas.dataset.slot || head.slots[0];
    lay(slot);
    paint();
  };

  function nearest(x, y, limit) {
    at = over(x, y).at;
    let best = -1, least = limit * limit;
    for (let i = 0; i < head.items; i++) {
      const d = (at[2 * i] - x) ** 2 + (at[2 * i + 1] - y) ** 2;
      if (d < least) { least = d; best = i; }
    }
    return best;
  }

  // point at an item, from wherever, below 0 at none; or at a group of items, numbers with blanks between. Groups that
  // hold an item are marked with it.
  function point(i, tell, group = "") {
    if (i === hot && group === crowd) return;
    hot = i;
    crowd = group;
    for (const e of document.querySelectorAll("[data-hot]")) delete e.dataset.hot;
    if (i >= 0) for (const e of document.querySelectorAll(`[data-item="${i}"], [data-items~="${i}"]`)) e.dataset.hot = "";
    if (group) {
      const among = new Set(group.split(" "));
      for (const e of document.querySelectorAll("[data-item], [data-items]")) if (e.dataset.items === group || among.has(e.dataset.item)) e.dataset.hot = "";
    }
    if (tell) wanted = i;
    soon();
  }

  page.caption = (tip, more) => {
    const [name, rest] = canvas.closest("figure").querySelector(".atlas-tip").children;
    name.textContent = tip;
    rest.textContent = more;
  };

  // step goes to the nearest print in the direction of an arrow key.
  function step(dx, dy) {
    const v = views[0];
    if (hot < 0) return nearest(v.x + v.w / 2, v.y + v.h / 2, Infinity);
    at = v.at;
    let best = hot, least = Infinity;
    for (let i = 0; i < head.items; i++) {
      const x = at[2 * i] - at[2 * hot], y = at[2 * i + 1] - at[2 * hot + 1];
      const along = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (i === hot || !(along > aside)) continue;
      if (along + aside < least) { least = along + aside; best = i; }
    }
    return best;
  }

  page.startMap = () => {
    canvas = document.getElementById("atlas");
    pen = canvas.getContext("2d");
    ground = document.createElement("canvas");
    new ResizeObserver(size).observe(canvas);
    new MutationObserver(read).observe(canvas, { attributes: true, attributeFilter: ["data-likes", "data-shelf", "data-gone", "data-slot", "data-names"] });
    new MutationObserver(tinted).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tinted);
    addEventListener("load", soon, true); // a picture has come
    read();

    canvas.addEventListener("pointermove", (e) => { if (at) point(nearest(e.offsetX, e.offsetY, reach), true); });
    canvas.addEventListener("pointerleave", () => point(-1, true));
    canvas.addEventListener("click", (e) => { if (at && page.onnear) { const i = nearest(e.offsetX, e.offsetY, reach); if (i >= 0) page.onnear(i); } });
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    canvas.addEventListener("keydown", (e) => {
      if (!at) return;
      if (arrows[e.key]) { e.preventDefault(); point(step(...arrows[e.key]), true); }
      if (e.key === "Enter" && hot >= 0) page.onnear(hot);
      if (e.key === "Escape") point(-1, true);
    });
    for (const [on, off] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
      document.addEventListener(on, (e) => {
        const c = e.target.closest("[data-item], [data-items]");
        if (c && c.dataset.items) point(-1, false, c.dataset.items); else if (c) point(Number(c.dataset.item), false);
      });
      document.addEventListener(off, (e) => { if (e.target.closest("[data-item], [data-items]")) point(-1, false); });
    }
  };
})();
