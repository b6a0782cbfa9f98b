// y[rows[k]] += α·x[k], k ascending. WGSL has no float atomics, and atomics
// would add in any order: so the host sorts positions by row, and one lane adds all
// that belongs to one element of y. The index holds four parts of cap numbers:
// rows, positions sorted by row, distinct rows, where their positions start.
struct Params { segments: u32, cols: u32, cap: u32, x: u32, y: u32, alpha: f32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufIndex: array<u32>;
@group(0) @binding(2) var<storage, read> bufX: array<f32>;
@group(0) @binding(3) var<storage, read_write> bufY: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = number(group, groups) * 256u + lane;
  if (i >= p.segments * p.cols) {
    return;
  }
  let s = i / p.cols;
  let c = i % p.cols;
  let at = p.y + bufIndex[2u * p.cap + s] * p.cols + c;
  let end = bufIndex[3u * p.cap + s + 1u];
  var sum = bufY[at];
  for (var k = bufIndex[3u * p.cap + s]; k < end; k++) {
    sum += p.alpha * bufX[p.x + bufIndex[p.cap + k] * p.cols + c];
  }
  bufY[at] = sum;
}
