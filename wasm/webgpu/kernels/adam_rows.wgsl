
// The elements of the listed rows, which are distinct, as far as they are bound.
@group(0) @binding(5) var<storage, read> bufRows: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = number(group, groups) * 256u + lane;
  if (i >= p.n) {
    return;
  }
  let row = bufRows[i / p.cols] - p.first; // far too large where it lies before
  if (row < p.many) {
    step_at(row * p.cols + i % p.cols);
  }
}
