package data

import "unicode/utf8"

// didYouMean proposes the candidate nearest to what was written, or "".
func didYouMean(written string, candidates []string) string {
	if best := nearest(written, candidates); best != "" {
		return `did you mean "` + shorten(best) + `"?`
	}
	return ""
}

// nearest returns the candidate with the smallest Levenshtein distance, at most
// half the length and at least 1; "" if there is none. Ties go to the first.
func nearest(written string, candidates []string) string {
	w := []rune(written)
	if len(w) > 256 {
		return ""
	}
	best, least := "", max(1, len(w)/2)+1
	var row []int
	for _, c := range candidates {
		if n := utf8.RuneCountInString(c); c == "" || n > len(w)+least-1 || n < len(w)-least+1 {
			continue
		}
		if row = distance(row[:0], w, c); row[len(w)] < least {
			best, least = c, row[len(w)]
		}
	}
	return best
}

// distance appends the last row of the Levenshtein table of w and c; its last
// element is the distance.
func distance(row []int, w []rune, c string) []int {
	for k := range len(w) + 1 {
		row = append(row, k)
	}
	n := 0
	for _, r := range c {
		diagonal := row[0]
		n++
		row[0] = n
		for k := range w {
			cost := diagonal
			if w[k] != r {
				cost++
			}
			diagonal = row[k+1]
			row[k+1] = min(cost, row[k]+1, diagonal+1)
		}
	}
	return row
}
