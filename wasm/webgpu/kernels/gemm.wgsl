// c = α·op(a)·op(b) + β·c. A workgroup of 64 lanes computes a tile of 64×64 elements of
// c, a lane 8×8 of them in registers; every element adds its products in ascending
// inner index. Where c has few tiles and the inner index is long, it is cut into parts of
// p.step: then each part writes its sums to a matrix of its own, and gemm_join adds these.
// Template lines: one with $r, $c, $a, $j or $q stands for itself with every number
// that those take; see template.go.
struct Params {
  m: u32, n: u32, k: u32, transA: u32, transB: u32,
  a: u32, b: u32, c: u32, // offsets in elements
  lda: u32, ldb: u32,     // columns of a and b as stored
  alpha: f32, beta: f32,
  step: u32,
}

@group(0) @binding(0) var<uniform> p: Params;

// The first row and column of a workgroup's tile, its part of the inner index and where
// that ends.
fn tileOf(number: u32) -> vec4<u32> {
  let across = (p.n + 63u) / 64u;
  let tiles = across * ((p.m + 63u) / 64u);
  let part = number / tiles;
  let tile = number % tiles;
  return vec4(tile / across * 64u, tile % across * 64u, part, min(p.k, part * p.step + p.step));
}
