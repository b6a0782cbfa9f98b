package simd

import "lethe/recsys/backend"

// A product is made of tiles, tileRows by sixteen columns of c, whose sums
// stay in registers while the inner index runs. The operands are packed so that
// the loop reads both in order: a in strips of cells (tileRows numbers of one inner index, laid
// as the platform reads them), b in panels (sixteen columns of one inner index), filled up
// with zeros at the edges. The inner index is cut into pieces of depth, for which a piece of
// a panel and a strip fit the first-level cache; between pieces a tile's sums wait in scratch.
const (
	tileCols = 16
	depth    = 256
	// bandRows is how many rows of a are packed at a time, bandPanels how many
	// elements of packed b: the second-level cache, and a limit on scratch.
	bandRows   = 48
	bandPanels = 1 << 20
)

// panel is sixteen columns of b for one inner index.
type panel = [tileCols]float32

// tile is the sums of one tile, row by row.
type tile = [tileRows * tileCols]float32

// matrix is an operand: element (outer, inner) lies at outer·o + inner·i.
type matrix struct {
	data []float32
	o, i int
}

func (b *Backend) Gemm(transA, transB bool, alpha float32, ta, tb backend.Tensor, beta float32, tc backend.Tensor) {
	if b.err != nil {
		return
	}
	m, n, k := backend.CheckGemm(transA, transB, ta, tb, tc)
	if k == 0 {
		if beta == 0 {
			b.fill(0, b.Data(tc))
		} else {
			b.scale(beta, b.Data(tc), b.Data(tc))
		}
		return
	}
	x, y, c := matrix{b.Data(ta), k, 1}, matrix{b.Data(tb), 1, n}, b.Data(tc)
	if transA {
		x.o, x.i = 1, m
	}
	if transB {
		y.o, y.i = k, 1
	}
	// A band of columns, packed as deep as the inner index goes.
	width := max(tileCols, min((n+tileCols-1)&^(tileCols-1), bandPanels/k&^(tileCols-1)))
	panels := sized(&b.scratch.panels, width/tileCols*k)
	for j := 0; j < n; j += width {
		cols := min(width, n-j)
		packColumns(panels, y, j, cols, k)
		for i := 0; i < m; i += bandRows {
			b.band(x, i, min(bandRows, m-i), panels, cols, k, alpha, beta, c[i*n+j:], n)
		}
	}
}

// band multiplies rows [first, first+rows) of x by the packed columns.
func (b *Backend) band(x matrix, first, rows int, panels []panel, cols, k int, alpha, beta float32, c []float32, stride int) {
	strips := (rows + tileRows - 1) / tileRows
	cells := sized(&b.scratch.cells, strips*min(k, depth))
	kept := 1 // columns of tiles at a time: all, if their sums have to wait
	if k > depth {
		kept = (cols + tileCols - 1) / tileCols
	}
	tiles := sized(&b.scratch.tiles, kept*strips)
	for from := 0; from < k; from += depth {
		deep := min(depth, k-from)
		b.packRows(cells, x, first, rows, from, deep)
		for j := 0; j < cols; j += tileCols {
			column := tiles[j/tileCols%kept*strips:][:strips]
			b.tiles(cells, panels[j/tileCols*k+from:][:deep], column, from > 0)
			if from+deep == k {
				b.store(alpha, column, beta, c[j:], stride, rows, min(tileCols, cols-j))
			}
		}
	}
}

// packRows packs rows [first, first+rows) of x, inner indices [from, from+deep), strip by strip.
func (b *Backend) packRows(cells []cell, x matrix, first, rows, from, deep int) {
	for r := 0; r < rows; r += tileRows {
		strip := cells[r/tileRows*deep:][:deep]
		at := x.data[(first+r)*x.o+from*x.i:]
		if r+tileRows <= rows {
			b.pack(strip, at, x.o, x.i)
		} else {
			packPart(strip, at, x.o, x.i, rows-r)
		}
	}
}

// packColumns packs columns [first, first+cols) of y, k inner indices deep.
func packColumns(panels []panel, y matrix, first, cols, k int) {
	for j := 0; j < cols; j += tileCols {
		group, at, n := panels[j/tileCols*k:][:k], y.data[(first+j)*y.o:], min(tileCols, cols-j)
		if n < tileCols {
			clear(group)
		}
		if y.o == 1 && n == tileCols {
			for p := range group {
				group[p] = panel(at[p*y.i:])
			}
			continue
		}
		for c := range n {
			packColumn(group, at[c*y.o:], y.i, c)
		}
	}
}

//go:noinline
func packColumn(group []panel, at []float32, inner, c int) {
	c &= tileCols - 1
	for p := range group {
		group[p][c] = at[p*inner]
	}
}

// store writes rows×cols of a column of tiles to c: c = α·t + β·c.
func (b *Backend) store(alpha float32, tiles []tile, beta float32, c []float32, stride, rows, cols int) {
	done := 0
	if cols == tileCols {
		done = rows / tileRows * tileRows
		b.finish(alpha, tiles[:rows/tileRows], beta, c, stride)
	}
	for r := done; r < rows; r++ {
		for j, v := range tiles[r/tileRows][r%tileRows*tileCols:][:cols] {
			v = float32(alpha * v)
			if beta != 0 {
				v += float32(beta * c[r*stride+j])
			}
			c[r*stride+j] = v
		}
	}
}

// multiply adds the products of strips of cells and panels to tiles, or starts these.
func multiply(a []cell, b []panel, c []tile, more bool) {
	for s := range c {
		strip, t := a[s*len(b):][:len(b)], &c[s]
		if !more {
			*t = tile{}
		}
		for p := range b {
			for r := range tileRows {
				x, row := cellAt(strip, p, r), (*panel)(t[r*tileCols:])
				for j := range row {
					row[j] += float32(x * b[p][j])
				}
			}
		}
	}
}

// finish is store of whole tiles.
func finish(alpha float32, tiles []tile, beta float32, c []float32, stride int) {
	for s := range tiles {
		for r := range tileRows {
			to := (*panel)(c[(s*tileRows+r)*stride:])
			for j, v := range tiles[s][r*tileCols:][:tileCols] {
				v = float32(alpha * v)
				if beta != 0 {
					v += float32(beta * to[j])
				}
				to[j] = v
			}
		}
	}
}

// pack packs a strip of rows of a, whose element (row, p) lies at
// row·outer + p·inner.
func pack(dst []cell, a []float32, outer, inner int) { packPart(dst, a, outer, inner, tileRows) }

// packPart packs a strip of fewer rows.
func packPart(dst []cell, a []float32, outer, inner, rows int) {
	if rows < tileRows {
		clear(dst)
	}
	for r := range rows {
		row := a[r*outer:]
		for p := range dst {
			setCell(dst, p, r, row[p*inner])
		}
	}
}

// packLane packs one row.
func packLane(dst []cell, row []float32, lane int) {
	for p := range dst {
		setCell(dst, p, lane, row[p])
	}
}
