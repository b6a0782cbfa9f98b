// y[r] = α·⟨a_r, b_r⟩ + β·y[r]. Eight lanes to a row take the partial sums over
// columns k ≡ 0..7 (mod 8), added as ((0+4)+(2+6))+((1+5)+(3+7)).
struct Params { rows: u32, cols: u32, a: u32, b: u32, y: u32, alpha: f32, beta: f32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufA: array<f32>;
@group(0) @binding(2) var<storage, read> bufB: array<f32>;
@group(0) @binding(3) var<storage, read_write> bufY: array<f32>;

var<workgroup> partial: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let r = number(group, groups) * 32u + lane / 8u;
  var sum = 0.0;
  if (r < p.rows) {
    for (var k = lane % 8u; k < p.cols; k += 8u) {
      sum += bufA[p.a + r * p.cols + k] * bufB[p.b + r * p.cols + k];
    }
  }
  partial[lane] = sum;
  workgroupBarrier();
  if (lane % 8u != 0u || r >= p.rows) {
    return;
  }
  let q = lane;
  let even = (partial[q] + partial[q + 4u]) + (partial[q + 2u] + partial[q + 6u]);
  let odd = (partial[q + 1u] + partial[q + 5u]) + (partial[q + 3u] + partial[q + 7u]);
  var v = p.alpha * (even + odd);
  if (p.beta != 0.0) {
    v += p.beta * bufY[p.y + r];
  }
  bufY[p.y + r] = v;
}
