// y[r] = α·⟨a_r, b_r⟩ + β·y[r]. Eight lanes take a row, and one adds their sums; a long
// row (lines that begin with ?l, not ?s) takes all lanes of a workgroup.
struct Params { rows: u32, cols: u32, a: u32, b: u32, y: u32, alpha: f32, beta: f32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufA: array<V>;
@group(0) @binding(2) var<storage, read> bufB: array<V>;
@group(0) @binding(3) var<storage, read_write> bufY: array<f32>;

const lanes = 256u;
?s. const part = 8u;
?l. const part = lanes;
?s. var<workgroup> partial: array<f32, lanes>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let top = number(group, groups) * (lanes / part);
  let mine = top + lane / part;
  var sum = V();
  if (mine < p.rows) {
    for (var k = lane % part; k < p.cols; k += part) {
      sum += bufA[p.a + mine * p.cols + k] * bufB[p.b + mine * p.cols + k];
    }
  }
?l. var v = p.alpha * sumOf(lane, total(sum));
?s. partial[lane] = total(sum);
?s. workgroupBarrier();
  let r = top + lane;
  if (lane >= lanes / part || r >= p.rows) {
    return;
  }
?s. let q = lane * part;
?s. var v = (partial[q] + partial[q + 4u]) + (partial[q + 2u] + partial[q + 6u]);
?s. v = p.alpha * (v + ((partial[q + 1u] + partial[q + 5u]) + (partial[q + 3u] + partial[q + 7u])));
  if (p.beta != 0.0) {
    v += p.beta * bufY[p.y + r];
  }
  bufY[p.y + r] = v;
}
