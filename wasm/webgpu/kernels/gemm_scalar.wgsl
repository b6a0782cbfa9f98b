
// Operands of gemm at any offset and of any row length.
@group(0) @binding(1) var<storage, read> bufA: array<f32>;
@group(0) @binding(2) var<storage, read> bufB: array<f32>;
@group(0) @binding(3) var<storage, read_write> bufC: array<f32>;

// Columns c to c+3 of row r; zeros outside rows×cols.
fn readA(r: u32, rows: u32, c: u32, cols: u32) -> vec4<f32> {
  var v = vec4<f32>();
  if (r < rows) {
    for (var q = 0u; q < 4u && c + q < cols; q++) {
      v[q] = bufA[p.a + r * p.lda + c + q];
    }
  }
  return v;
}

fn readB(r: u32, rows: u32, c: u32, cols: u32) -> vec4<f32> {
  var v = vec4<f32>();
  if (r < rows) {
    for (var q = 0u; q < 4u && c + q < cols; q++) {
      v[q] = bufB[p.b + r * p.ldb + c + q];
    }
  }
  return v;
}

fn store(i: u32, j: u32, part: u32, sum: vec4<f32>) {
  if (i >= p.m) {
    return;
  }
  for (var q = 0u; q < 4u && j + q < p.n; q++) {
    let at = p.c + (part * p.m + i) * p.n + j + q;
    var v = p.alpha * sum[q];
    if (p.beta != 0.0) {
      v += p.beta * bufC[at];
    }
    bufC[at] = v;
  }
}
