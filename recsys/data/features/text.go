// Package features turns the content of a catalogue, its words and its
// pictures, into a feature row per item.
//
// Text is a latent semantic analysis: TF-IDF weights, then a truncated SVD.
// Image is a hand-made descriptor of colour, layout, edges and texture, then a
// PCA. Neither needs weights from anywhere, so whoever brings a catalogue gets
// the features the demo has.
//
// The rows feed trained weights, so they have the same bits on every platform:
// every product is rounded before it is added, logarithms come from math32,
// roots from Newton's method, and the linear algebra is in this package (a
// general library chooses its order of adding by processor).
package features

import (
	"slices"
	"strings"
	"unicode"

	"lethe/recsys/dense"
	"lethe/recsys/math32"
)

// Text returns a row of dim features per document: the left singular vectors
// of the TF-IDF matrix times the singular values, rows scaled to length 1, so
// that an inner product is a cosine. A document without known words has a zero
// row; columns beyond the rank of the matrix are zero.
func Text(docs []string, dim int) dense.Matrix {
	_, tf := tfidf(docs, minDocs(len(docs)))
	u, sigma, _ := svd(tf, dim)
	m := dense.New(len(docs), dim)
	for k, col := range u {
		for i, x := range col {
			m.Data[i*dim+k] = float32(x * sigma[k])
		}
	}
	for i := range m.Rows {
		scaleToUnit(m.Row(i))
	}
	return m
}

// minDocs is how many documents a term must occur in. A term of one document
// links nothing to anything; in a small collection every term is kept.
func minDocs(docs int) int {
	if docs < 100 {
		return 1
	}
	return 2
}

// stop are words that say nothing about a thing. The list is short on purpose:
// the inverse document frequency takes care of the rest.
var stop = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`a about above after all also an and any are as at be been but by can
		did do does for from had has have he her his how i if in into is it its just more most my no nor not of
		on one only or our out over own she so some such than that the their them then there these they this
		those through to too under until up very was we were what when where which while who why will with you your`) {
		m[w] = true
	}
	return m
}()

// tokens splits a text into lower-case words of letters and digits. Single
// letters and stop words are dropped. An ideograph is a word by itself, as
// those scripts put no spaces between words.
func tokens(doc string) []string {
	var out []string
	var word []rune
	flush := func() {
		if w := string(word); len(word) > 1 && !stop[w] {
			out = append(out, w)
		}
		word = word[:0]
	}
	for _, r := range doc {
		switch {
		case unicode.Is(unicode.Ideographic, r):
			flush()
			out = append(out, string(r))
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			word = append(word, unicode.ToLower(r))
		case r == '\'' || r == '’': // don't is one word: dont
		default:
			flush()
		}
	}
	flush()
	return out
}

// tfidf returns the terms, ascending, that occur in at least minDF documents
// and the weights documents×terms: (1 + ln tf)·(1 + ln((1+n)/(1+df))), each
// row scaled to length 1. These are the sublinear and smoothed forms of Salton
// and Buckley 1988 that common toolkits use.
func tfidf(docs []string, minDF int) ([]string, *sparse) {
	words := make([][]string, len(docs))
	df := map[string]int{}
	for i, d := range docs {
		words[i] = tokens(d)
		slices.Sort(words[i])
		for k, w := range words[i] {
			if k == 0 || w != words[i][k-1] {
				df[w]++
			}
		}
	}
	var terms []string
	for w, n := range df {
		if n >= minDF {
			terms = append(terms, w)
		}
	}
	slices.Sort(terms)
	column := make(map[string]int, len(terms))
	idf := make([]float32, len(terms))
	for c, w := range terms {
		column[w] = c
		idf[c] = 1 + math32.Log(float32(1+len(docs))/float32(1+df[w]))
	}
	m := &sparse{columns: len(terms), ptr: make([]int, 1, len(docs)+1)}
	for _, ws := range words {
		start := len(m.val)
		for k := 0; k < len(ws); {
			tf := 1
			for k+tf < len(ws) && ws[k+tf] == ws[k] {
				tf++
			}
			if c, ok := column[ws[k]]; ok {
				m.col = append(m.col, c)
				m.val = append(m.val, (1+math32.Log(float32(tf)))*idf[c])
			}
			k += tf
		}
		scaleToUnit(m.val[start:])
		m.ptr = append(m.ptr, len(m.val))
	}
	return terms, m
}
