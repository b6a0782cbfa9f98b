// y[k] = x[rows[place+k]], one lane to an element of y, for the rows of x that are bound: many
// from first on.
struct Params { n: u32, cols: u32, x: u32, y: u32, first: u32, many: u32, place: u32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufRows: array<u32>;
@group(0) @binding(2) var<storage, read> bufX: array<V>;
@group(0) @binding(3) var<storage, read_write> bufY: array<V>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = number(group, groups) * 256u + lane;
  if (i >= p.n) {
    return;
  }
  let r = bufRows[p.place + i / p.cols] - p.first; // far too large where it lies before
  if (r < p.many) {
    bufY[p.y + i] = bufX[p.x + r * p.cols + i % p.cols];
  }
}
