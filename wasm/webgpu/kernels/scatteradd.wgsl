// y[rows[k]] += α·x[k], k ascending. WGSL has no float atomics, and atomics
// would add in any order: so the host sorts positions by row, and one lane adds all
// that belongs to one element of y. The index holds four parts of cap numbers:
// rows, positions sorted by row, distinct rows, where their positions start. Of y many
// rows are bound, from first on.
struct Params { segments: u32, cols: u32, cap: u32, x: u32, y: u32, alpha: f32, first: u32, many: u32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufIndex: array<u32>;
@group(0) @binding(2) var<storage, read> bufX: array<V>;
@group(0) @binding(3) var<storage, read_write> bufY: array<V>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = number(group, groups) * 256u + lane;
  if (i >= p.segments * p.cols) {
    return;
  }
  let s = i / p.cols;
  let c = i % p.cols;
  let row = bufIndex[2u * p.cap + s] - p.first; // far too large where it lies before
  if (row >= p.many) {
    return;
  }
  let at = p.y + row * p.cols + c;
  let end = p.cap + bufIndex[3u * p.cap + s + 1u];
  let x = p.x + c;
  var sum = bufY[at];
  var k = p.cap + bufIndex[3u * p.cap + s];
  for (; k + 4u <= end; k += 4u) { // four loads on their way at once
    let x0 = bufX[x + bufIndex[k] * p.cols];
    let x1 = bufX[x + bufIndex[k + 1u] * p.cols];
    let x2 = bufX[x + bufIndex[k + 2u] * p.cols];
    let x3 = bufX[x + bufIndex[k + 3u] * p.cols];
    sum += p.alpha * x0;
    sum += p.alpha * x1;
    sum += p.alpha * x2;
    sum += p.alpha * x3;
  }
  for (; k < end; k++) {
    sum += p.alpha * bufX[x + bufIndex[k] * p.cols];
  }
  bufY[at] = sum;
}
