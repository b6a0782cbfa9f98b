// c = α·Σ parts + β·c, n elements, parts in order.
struct Params { n: u32, parts: u32, c: u32, alpha: f32, beta: f32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufParts: array<V>;
@group(0) @binding(2) var<storage, read_write> bufC: array<V>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = number(group, groups) * 256u + lane;
  if (i >= p.n) {
    return;
  }
  var sum = V();
  for (var q = 0u; q < p.parts; q++) {
    sum += bufParts[q * p.n + i];
  }
  sum *= p.alpha;
  if (p.beta != 0.0) {
    sum += p.beta * bufC[p.c + i];
  }
  bufC[p.c + i] = sum;
}
