
// c = α·op(a)·op(b) + β·c; how a, b and c are read and written is in the file
// before this one. A workgroup of 256 lanes computes a tile of 64×64 elements of c, a
// lane 4×4 of them in registers, and walks the inner index in slices of 32:
// half the lanes bring a 64×32 slice of op(a) into shared memory, half a 32×64
// slice of op(b), each lane a block of 4×4. Every element adds its products
// in ascending inner index.
struct Params {
  m: u32, n: u32, k: u32, transA: u32, transB: u32,
  a: u32, b: u32, c: u32, // offsets in elements
  lda: u32, ldb: u32,     // columns of a and b as stored
  alpha: f32, beta: f32,
}

@group(0) @binding(0) var<uniform> p: Params;

var<workgroup> sliceA: array<vec4<f32>, 512>; // [l][i/4], op(a) transposed
var<workgroup> sliceB: array<vec4<f32>, 512>; // [l][j/4]

// The rows of a block, or its columns.
fn turned(b: mat4x4<f32>, on: bool) -> mat4x4<f32> {
  if (on) {
    return transpose(b);
  }
  return b;
}

// bring fills the slices from inner index l0. Blocks are read along the rows of
// a and b as stored, eight or sixteen lanes to 128 or 256 bytes.
fn bring(lane: u32, i0: u32, j0: u32, l0: u32) {
  let t = lane % 128u;
  if (lane < 128u) {
    var l = t % 8u * 4u;
    var i = t / 8u * 4u;
    if (p.transA != 0u) {
      l = t / 16u * 4u;
      i = t % 16u * 4u;
    }
    var block: mat4x4<f32>;
    for (var q = 0u; q < 4u; q++) {
      if (p.transA != 0u) {
        block[q] = readA(l0 + l + q, p.k, i0 + i, p.m);
      } else {
        block[q] = readA(i0 + i + q, p.m, l0 + l, p.k);
      }
    }
    block = turned(block, p.transA == 0u);
    for (var q = 0u; q < 4u; q++) {
      sliceA[(l + q) * 16u + i / 4u] = block[q];
    }
  } else {
    var l = t / 16u * 4u;
    var j = t % 16u * 4u;
    if (p.transB != 0u) {
      l = t % 8u * 4u;
      j = t / 8u * 4u;
    }
    var block: mat4x4<f32>;
    for (var q = 0u; q < 4u; q++) {
      if (p.transB != 0u) {
        block[q] = readB(j0 + j + q, p.n, l0 + l, p.k);
      } else {
        block[q] = readB(l0 + l + q, p.k, j0 + j, p.n);
      }
    }
    block = turned(block, p.transB != 0u);
    for (var q = 0u; q < 4u; q++) {
      sliceB[(l + q) * 16u + j / 4u] = block[q];
    }
  }
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let tiles = (p.n + 63u) / 64u;
  let tile = number(group, groups);
  let i0 = tile / tiles * 64u;
  let j0 = tile % tiles * 64u;
  let row = lane / 16u;
  let col = lane % 16u;

  var sum0 = vec4<f32>();
  var sum1 = vec4<f32>();
  var sum2 = vec4<f32>();
  var sum3 = vec4<f32>();
  for (var l0 = 0u; l0 < p.k; l0 += 32u) {
    bring(lane, i0, j0, l0);
    workgroupBarrier();
    for (var l = 0u; l < 32u; l++) { // beyond k both slices hold zeros
      let a = sliceA[l * 16u + row];
      let b = sliceB[l * 16u + col];
      sum0 += a.x * b;
      sum1 += a.y * b;
      sum2 += a.z * b;
      sum3 += a.w * b;
    }
    workgroupBarrier();
  }
  let i = i0 + row * 4u;
  let j = j0 + col * 4u;
  store(i, j, sum0);
  store(i + 1u, j, sum1);
  store(i + 2u, j, sum2);
  store(i + 3u, j, sum3);
}
