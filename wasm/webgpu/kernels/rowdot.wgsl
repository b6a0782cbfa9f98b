// y[r] = α·⟨a_r, b_r⟩ + β·y[r]. p.part lanes take a row, 8 or 256 of a workgroup: each
// adds every p.part-th column, and the partial sums are added as a tree.
struct Params { rows: u32, cols: u32, a: u32, b: u32, y: u32, alpha: f32, beta: f32, part: u32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufA: array<V>;
@group(0) @binding(2) var<storage, read> bufB: array<V>;
@group(0) @binding(3) var<storage, read_write> bufY: array<f32>;

var<workgroup> partial: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let r = number(group, groups) * (256u / p.part) + lane / p.part;
  let mine = lane % p.part;
  var sum = V();
  if (r < p.rows) {
    for (var k = mine; k < p.cols; k += p.part) {
      sum += bufA[p.a + r * p.cols + k] * bufB[p.b + r * p.cols + k];
    }
  }
  partial[lane] = total(sum);
  workgroupBarrier();
  for (var w = p.part / 2u; w > 0u; w /= 2u) {
    if (mine < w) {
      partial[lane] += partial[lane + w];
    }
    workgroupBarrier();
  }
  if (mine != 0u || r >= p.rows) {
    return;
  }
  var v = p.alpha * partial[lane];
  if (p.beta != 0.0) {
    v += p.beta * bufY[p.y + r];
  }
  bufY[p.y + r] = v;
}
