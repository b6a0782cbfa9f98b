// y_r = α·Σ parts + β·z_r for the rows that spmm cut, parts in storage order. Of y and z,
// rows from top on are bound.
struct Params { n: u32, cols: u32, z: u32, y: u32, alpha: f32, beta: f32, top: u32, rows: u32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufLong: array<vec4<u32>>; // row, its first part, after its last
@group(0) @binding(2) var<storage, read> bufParts: array<V>;
@group(0) @binding(3) var<storage, read> bufZ: array<V>;
@group(0) @binding(4) var<storage, read_write> bufY: array<V>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = number(group, groups) * 256u + lane;
  if (i >= p.n) {
    return;
  }
  let long = bufLong[i / p.cols];
  let row = long.x - p.top; // far too large where it lies before
  if (row >= p.rows) {
    return;
  }
  let c = i % p.cols;
  var sum = V();
  for (var q = long.y; q < long.z; q++) {
    sum += bufParts[q * p.cols + c];
  }
  sum *= p.alpha;
  if (p.beta != 0.0) {
    sum += p.beta * bufZ[p.z + row * p.cols + c];
  }
  bufY[p.y + row * p.cols + c] = sum;
}
