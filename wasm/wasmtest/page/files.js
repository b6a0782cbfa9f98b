// The part of Node's fs, path and process that Go's syscall package asks for.
// Files of the module are read from the server, one synchronous request for
// each; whatever is written stays in memory, shadows what the server has, and
// ends with the run. Deleting or renaming a file of the server is refused.
"use strict";

const files = (() => {
  const O = { WRONLY: 1, RDWR: 2, CREAT: 64, EXCL: 128, TRUNC: 512, APPEND: 1024, DIRECTORY: 65536 };
  const DIR = 0o040755, FILE = 0o100644;
  const local = new Map(); // absolute path → node {dir, data: Uint8Array, size}
  const remote = new Map(); // what the server said, null where it has nothing
  const open = new Map(); // descriptor → {node, path, at, append}
  let nextFD = 3, output = () => {};

  const fail = (code, path) => {
    const e = new Error(`${code}: ${path}`);
    e.code = code;
    throw e;
  };

  function resolve(...parts) {
    let p = "";
    for (const part of [process.cwd(), ...parts]) p = part.startsWith("/") ? part : `${p}/${part}`;
    const out = [];
    for (const s of p.split("/")) {
      if (s === "..") out.pop();
      else if (s !== "" && s !== ".") out.push(s);
    }
    return "/" + out.join("/");
  }
  const parent = (p) => p.slice(0, p.lastIndexOf("/")) || "/";

  function fetched(path) {
    if (!remote.has(path)) {
      const r = new XMLHttpRequest();
      r.open("GET", `file?path=${encodeURIComponent(path)}`, false);
      r.responseType = "arraybuffer";
      r.send();
      let node = null;
      if (r.status === 200) {
        const data = new Uint8Array(r.response);
        const dir = r.getResponseHeader("X-Kind") === "directory";
        node = { dir, data, size: dir ? 0 : data.length, names: dir ? JSON.parse(new TextDecoder().decode(data)) : [] };
      }
      remote.set(path, node);
    }
    return remote.get(path);
  }

  const find = (path) => local.get(path) || fetched(path);
  const must = (path) => find(path) || fail("ENOENT", path);
  const descriptor = (fd) => open.get(fd) || fail("EBADF", `descriptor ${fd}`);
  const own = (path) => local.get(path) || fail(fetched(path) ? "EROFS" : "ENOENT", path);

  function mkdirAll(path) {
    for (path = resolve(path); !find(path); path = parent(path)) local.set(path, { dir: true, size: 0 });
  }

  function names(path) {
    const found = new Set(fetched(path)?.names || []);
    for (const p of local.keys()) if (p !== "/" && parent(p) === path) found.add(p.slice(p.lastIndexOf("/") + 1));
    return [...found].sort();
  }

  function resize(node, size) {
    if (size > node.data.length) {
      const grown = new Uint8Array(Math.max(size, 2 * node.data.length));
      grown.set(node.data.subarray(0, node.size));
      node.data = grown;
    } else if (size < node.size) {
      node.data.fill(0, size, node.size);
    }
    node.size = size;
  }

  function openFile(path, flags, mode) {
    path = resolve(path);
    let node = find(path);
    if (node && flags & O.CREAT && flags & O.EXCL) fail("EEXIST", path);
    if (!node) {
      if (!(flags & O.CREAT)) fail("ENOENT", path);
      mkdirAll(parent(path)); // the build's folders are not the server's
      node = { dir: false, data: new Uint8Array(0), size: 0 };
      local.set(path, node);
    }
    const writes = flags & (O.WRONLY | O.RDWR);
    if (node.dir && writes) fail("EISDIR", path);
    if (!node.dir && flags & O.DIRECTORY) fail("ENOTDIR", path);
    if (writes && !local.has(path)) {
      node = { dir: false, data: node.data.slice(), size: node.size };
      local.set(path, node);
    }
    if (writes && flags & O.TRUNC) resize(node, 0);
    open.set(nextFD, { node, path, at: 0, append: flags & O.APPEND });
    return nextFD++;
  }

  function read(fd, buf, offset, length, position) {
    if (fd < 3) return 0;
    const f = descriptor(fd);
    if (f.node.dir) fail("EISDIR", f.path);
    const at = position === null ? f.at : position;
    const n = Math.max(0, Math.min(length, f.node.size - at));
    buf.set(f.node.data.subarray(at, at + n), offset);
    if (position === null) f.at += n;
    return n;
  }

  function write(fd, buf, offset, length, position) {
    if (fd === 1 || fd === 2) {
      output(fd, buf.slice(offset, offset + length));
      return length;
    }
    const f = descriptor(fd);
    const at = f.append ? f.node.size : position === null ? f.at : position;
    if (at + length > f.node.size) resize(f.node, at + length);
    f.node.data.set(buf.subarray(offset, offset + length), at);
    if (position === null) f.at = at + length;
    return length;
  }

  const stat = (node) => ({
    dev: 1, ino: 0, mode: node.dir ? DIR : FILE, nlink: 1, uid: 0, gid: 0, rdev: 0,
    size: node.size, blksize: 4096, blocks: Math.ceil(node.size / 512),
    atimeMs: 0, mtimeMs: 0, ctimeMs: 0, isDirectory: () => node.dir,
  });

  function remove(path, dir) {
    path = resolve(path);
    const node = own(path);
    if (node.dir !== dir) fail(dir ? "ENOTDIR" : "EISDIR", path);
    if (dir && names(path).length > 0) fail("ENOTEMPTY", path);
    local.delete(path);
  }

  function rename(from, to) {
    from = resolve(from);
    to = resolve(to);
    own(from);
    for (const [p, node] of [...local]) {
      if (p !== from && !p.startsWith(from + "/")) continue;
      local.delete(p);
      local.set(to + p.slice(from.length), node);
    }
  }

  function mkdir(path) {
    path = resolve(path);
    if (find(path)) fail("EEXIST", path);
    if (!must(parent(path)).dir) fail("ENOTDIR", path);
    local.set(path, { dir: true, size: 0 });
  }

  const calls = {
    open: openFile, read, write, mkdir, rename,
    close: (fd) => void open.delete(fd),
    stat: (path) => stat(must(resolve(path))),
    lstat: (path) => stat(must(resolve(path))),
    fstat: (fd) => stat(fd < 3 ? { dir: false, size: 0 } : descriptor(fd).node),
    readdir: (path) => names(resolve(path)),
    unlink: (path) => remove(path, false),
    rmdir: (path) => remove(path, true),
    truncate: (path, size) => resize(own(resolve(path)), size),
    ftruncate: (fd, size) => resize(descriptor(fd).node, size),
    fsync: () => {}, chmod: () => {}, fchmod: () => {}, utimes: () => {},
  };
  for (const name of ["chown", "fchown", "lchown", "link", "symlink", "readlink"]) {
    calls[name] = () => fail("ENOSYS", name);
  }

  globalThis.path = { resolve };
  globalThis.fs = {
    constants: Object.fromEntries(Object.entries(O).map(([k, v]) => [`O_${k}`, v])),
    writeSync: (fd, buf) => write(fd, buf, 0, buf.length, null),
  };
  for (const [name, call] of Object.entries(calls)) {
    globalThis.fs[name] = (...args) => {
      const done = args.pop();
      let result;
      try {
        result = call(...args);
      } catch (e) {
        if (!e.code) throw e;
        done(e);
        return;
      }
      done(null, result);
    };
  }
  const none = () => fail("ENOSYS", "process");
  globalThis.process = {
    getuid: () => 0, getgid: () => 0, geteuid: () => 0, getegid: () => 0, getgroups: none,
    pid: 1, ppid: 0, umask: none, cwd: () => "/", chdir: none,
  };

  return {
    mkdirAll,
    set output(f) { output = f; },
    // written is what the run left in a file, undefined where it wrote none.
    written(path) {
      const node = local.get(resolve(path));
      return node && !node.dir ? node.data.slice(0, node.size) : undefined;
    },
  };
})();
