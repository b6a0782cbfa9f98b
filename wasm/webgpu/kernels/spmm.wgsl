// y = α·s·x + β·z, s sparse by rows. Rows differ in length by orders of magnitude, so
// the host has cut them into tasks of at most 128 entries and put tasks of like length
// side by side. Sixteen lanes take a task and 16 V columns of x, one column each: they
// read the same entries and neighbouring numbers of x. Terms are added in storage order.
// A task that is a whole row writes to y, the others to parts, for spmm_join. z may be y.
// Of tables longer than a binding windows are bound: rows of y and z from top on, and of x many
// from first on, for which lines begin with ?t.
struct Params {
  tasks: u32, cols: u32, x: u32, z: u32, y: u32, alpha: f32, beta: f32,
  top: u32, rows: u32, first: u32, many: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufTasks: array<vec4<u32>>; // row, from, to, part or none
@group(0) @binding(2) var<storage, read> bufCol: array<u32>;
@group(0) @binding(3) var<storage, read> bufVal: array<f32>;
@group(0) @binding(4) var<storage, read> bufX: array<V>;
@group(0) @binding(5) var<storage, read> bufZ: array<V>;
@group(0) @binding(6) var<storage, read_write> bufY: array<V>;
@group(0) @binding(7) var<storage, read_write> bufParts: array<V>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let blocks = (p.cols + 15u) / 16u;
  let block = number(group, groups);
  let task = block / blocks * 16u + lane / 16u;
  let c = block % blocks * 16u + lane % 16u;
  if (task >= p.tasks || c >= p.cols) {
    return;
  }
  let t = bufTasks[task];
  let row = t.x - p.top; // far too large where it lies before
  if (row >= p.rows) {
    return;
  }
  let x = p.x + c;
  var sum = V();
  var k = t.y;
?n.  for (; k + 4u <= t.z; k += 4u) { // four loads on their way at once
?n.    let x0 = bufX[x + bufCol[k] * p.cols];
?n.    let x1 = bufX[x + bufCol[k + 1u] * p.cols];
?n.    let x2 = bufX[x + bufCol[k + 2u] * p.cols];
?n.    let x3 = bufX[x + bufCol[k + 3u] * p.cols];
?n.    sum += bufVal[k] * x0;
?n.    sum += bufVal[k + 1u] * x1;
?n.    sum += bufVal[k + 2u] * x2;
?n.    sum += bufVal[k + 3u] * x3;
?n.  }
  for (; k < t.z; k++) {
?n.    sum += bufVal[k] * bufX[x + bufCol[k] * p.cols];
?t.    let r = bufCol[k] - p.first;
?t.    if (r < p.many) {
?t.      sum += bufVal[k] * bufX[x + r * p.cols];
?t.    }
  }
  if (t.w != 0xffffffffu) {
    bufParts[t.w * p.cols + c] = sum;
    return;
  }
  sum *= p.alpha;
  if (p.beta != 0.0) {
    sum += p.beta * bufZ[p.z + row * p.cols + c];
  }
  bufY[p.y + row * p.cols + c] = sum;
}
