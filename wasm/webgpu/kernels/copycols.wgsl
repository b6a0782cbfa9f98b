// y[:, at:at+n] = α·x[:, from:from+n] + β·y[:, at:at+n]; with β = 0 y is not
// read. The offsets of x and y point at the first column copied.
struct Params { total: u32, n: u32, xcols: u32, ycols: u32, x: u32, y: u32, alpha: f32, beta: f32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufX: array<V>;
@group(0) @binding(2) var<storage, read_write> bufY: array<V>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = number(group, groups) * 256u + lane;
  if (i >= p.total) {
    return;
  }
  let r = i / p.n;
  let c = i % p.n;
  let at = p.y + r * p.ycols + c;
  var v = p.alpha * bufX[p.x + r * p.xcols + c];
  if (p.beta != 0.0) {
    v += p.beta * bufY[at];
  }
  bufY[at] = v;
}
