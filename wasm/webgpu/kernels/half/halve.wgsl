// y = x rounded to half precision, n groups of numbers.
struct Params { n: u32, x: u32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufX: array<V>;
@group(0) @binding(2) var<storage, read_write> bufY: array<H>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = number(group, groups) * 256u + lane;
  if (i < p.n) {
    bufY[i] = H(bufX[p.x + i]);
  }
}
