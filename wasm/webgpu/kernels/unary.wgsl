// y = f(x), elementwise. Functions are numbered as backend.UnaryOp.
struct Params { n: u32, f: u32, x: u32, y: u32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufX: array<f32>;
@group(0) @binding(2) var<storage, read_write> bufY: array<f32>;

// Only Exp itself raises e to a positive power, so nothing else overflows.
fn value(x: f32) -> f32 {
  let e = exp(-abs(x));
  switch p.f {
    case 1u: { return select(1.0, e, x < 0.0) / (1.0 + e); }
    case 2u: { return max(x, 0.0) + log(1.0 + e); }
    case 3u: { return sign(x) * (1.0 - e * e) / (1.0 + e * e); }
    case 4u: { return exp(x); }
    case 5u: { return log(x); }
    case 6u: { return x * x; }
    case 7u: { return sqrt(x); }
    case 8u: { return 1.0 / x; }
    case 9u: { return select(x, 0.01 * x, x < 0.0); }
    default: { return x; }
  }
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = number(group, groups) * 256u + lane;
  if (i < p.n) {
    bufY[p.y + i] = value(bufX[p.x + i]);
  }
}
