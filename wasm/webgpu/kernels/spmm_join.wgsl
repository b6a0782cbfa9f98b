// y_r = α·Σ parts + β·z_r for the rows that spmm cut, parts in storage order.
struct Params { n: u32, cols: u32, z: u32, y: u32, alpha: f32, beta: f32 }

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
  let row = bufLong[i / p.cols];
  let c = i % p.cols;
  var sum = V();
  for (var q = row.y; q < row.z; q++) {
    sum += bufParts[q * p.cols + c];
  }
  sum *= p.alpha;
  if (p.beta != 0.0) {
    sum += p.beta * bufZ[p.z + row.x * p.cols + c];
  }
  bufY[p.y + row.x * p.cols + c] = sum;
}
