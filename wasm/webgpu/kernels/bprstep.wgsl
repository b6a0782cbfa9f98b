// Stochastic gradient descent on BPR, as backend.BPRStep states it. Samples that share
// no row may change places, so the host has sorted them into levels: within one all rows
// differ, and a sample comes in a later level than those before it that have a row of
// its own. Sixteen lanes take a sample. A large level is a dispatch; of small ones a
// single workgroup does many, one after another.
struct Params {
  cols: u32, users: u32, items: u32,
  starts: u32,         // where the levels' starts begin in the plan
  level: u32, end: u32, // the levels of this dispatch
  rate: f32, decay: f32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufPlan: array<u32>; // u, i, j of each sample
@group(0) @binding(2) var<storage, read_write> bufUsers: array<f32>;
@group(0) @binding(3) var<storage, read_write> bufItems: array<f32>;

var<workgroup> partial: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let part = lane % 16u;
  for (var level = p.level; level < p.end; level++) {
    let end = bufPlan[p.starts + level + 1u];
    for (var s = bufPlan[p.starts + level] + 16u * number(group, groups); s < end; s += 16u * groups.x * groups.y) {
      let k = s + lane / 16u;
      let at = 3u * min(k, end - 1u);
      let u = p.users + bufPlan[at] * p.cols;
      let i = p.items + bufPlan[at + 1u] * p.cols;
      let j = p.items + bufPlan[at + 2u] * p.cols;
      var sum = 0.0;
      for (var c = part; c < p.cols; c += 16u) {
        sum += bufUsers[u + c] * (bufItems[i + c] - bufItems[j + c]);
      }
      partial[lane] = sum;
      workgroupBarrier();
      var x = 0.0;
      for (var l = 0u; l < 16u; l++) {
        x += partial[lane - part + l];
      }
      let small = exp(-abs(x));
      let e = p.rate * select(1.0, small, x > 0.0) / (1.0 + small);
      if (k < end) {
        for (var c = part; c < p.cols; c += 16u) {
          let a = bufUsers[u + c];
          let b = bufItems[i + c];
          let d = bufItems[j + c];
          bufUsers[u + c] = a + (e * (b - d) - p.decay * a);
          bufItems[i + c] = b + (e * a - p.decay * b);
          bufItems[j + c] = d - (e * a + p.decay * d);
        }
      }
      workgroupBarrier();
    }
    storageBarrier();
  }
}
