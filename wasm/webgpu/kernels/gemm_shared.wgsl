
// A workgroup brings a 64×16 slice of op(a) and a 16×64 slice of op(b) into shared
// memory, each lane a block of 4×4 of either, and its lanes read them from there.
var<workgroup> sliceA: array<vec4<f32>, 256>; // [l][i/4], op(a) transposed
var<workgroup> sliceB: array<vec4<f32>, 256>; // [l][j/4]

// bring fills the slices from inner index l0. Blocks are read along the rows of a and b
// as stored; beyond end the slices hold zeros.
fn bring(lane: u32, i0: u32, j0: u32, l0: u32, end: u32) {
  let along = lane % 4u * 4u;
  let across = lane / 4u * 4u;
  let down = lane / 16u * 4u;
  let over = lane % 16u * 4u;
  var block: mat4x4<f32>;
  if (p.transA != 0u) {
    block[$q] = readA(l0 + down + $qu, end, i0 + over, p.m);
    sliceA[(down + $qu) * 16u + over / 4u] = block[$q];
  } else {
    block[$q] = readA(i0 + across + $qu, p.m, l0 + along, end);
    block = transpose(block);
    sliceA[(along + $qu) * 16u + across / 4u] = block[$q];
  }
  if (p.transB != 0u) {
    block[$q] = readB(j0 + across + $qu, p.n, l0 + along, end);
    block = transpose(block);
    sliceB[(along + $qu) * 16u + across / 4u] = block[$q];
  } else {
    block[$q] = readB(l0 + down + $qu, end, j0 + over, p.n);
    sliceB[(down + $qu) * 16u + over / 4u] = block[$q];
  }
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let t = tileOf(number(group, groups));
  let row = lane / 8u;
  let col = lane % 8u;
  var sum$r$c = vec4<f32>();
  for (var l0 = t.z * p.step; l0 < t.w; l0 += 16u) {
    bring(lane, t.x, t.y, l0, t.w);
    workgroupBarrier();
    for (var l = 0u; l < 16u; l++) {
      let a$a = sliceA[l * 16u + row + 8u * $au];
      let b$c = sliceB[l * 16u + col + 8u * $cu];
      sum$r$c += a$b.$y * b$c;
    }
    workgroupBarrier();
  }
  store(t.x + 4u * row + $su, t.y + 4u * col + 32u * $cu, t.z, sum$r$c);
}
