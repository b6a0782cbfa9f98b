
// Operands of gemm whose offsets and row lengths are multiples of four: sixteen
// bytes at once, and a group of four lies inside a matrix or outside as a whole.
@group(0) @binding(1) var<storage, read> bufA: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> bufB: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> bufC: array<vec4<f32>>;

// Columns c to c+3 of row r; zeros outside rows×cols.
fn readA(r: u32, rows: u32, c: u32, cols: u32) -> vec4<f32> {
  if (r >= rows || c >= cols) {
    return vec4<f32>();
  }
  return bufA[(p.a + r * p.lda + c) / 4u];
}

fn readB(r: u32, rows: u32, c: u32, cols: u32) -> vec4<f32> {
  if (r >= rows || c >= cols) {
    return vec4<f32>();
  }
  return bufB[(p.b + r * p.ldb + c) / 4u];
}

fn store(i: u32, j: u32, part: u32, sum: vec4<f32>) {
  if (i >= p.m || j >= p.n) {
    return;
  }
  let at = (p.c + (part * p.m + i) * p.n + j) / 4u;
  var v = p.alpha * sum;
  if (p.beta != 0.0) {
    v += p.beta * bufC[at];
  }
  bufC[at] = v;
}
