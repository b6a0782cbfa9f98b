// Package text holds every word the page says, one catalogue for each language, and
// the ways numbers are written.
package text

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Catalog maps a key such as "taste.title" to a sentence with {0}, {1} … for its
// arguments.
type Catalog map[string]string

// catalogs by language. All are complete, which a test sees to; another language is one more file.
var catalogs = map[string]Catalog{"en": english, "de": german}

// Of is the sentence under key. A language that lacks it falls back to English,
// and a key that nobody wrote shows itself.
func Of(lang, key string, args ...string) string {
	s, ok := catalogs[lang][key]
	if !ok {
		if s, ok = english[key]; !ok {
			return key
		}
	}
	for i, a := range args {
		a = Local(lang, a)
		s = strings.ReplaceAll(s, "{"+strconv.Itoa(i)+"}", a)
	}
	return s
}

// Local writes a number, made by the functions below, as a language does: 1,234.5 is 1.234,5 in German. What is no
// number stays as it is.
func Local(lang, s string) string {
	if lang != "de" || strings.Trim(s, "0123456789.,+−:% KMGB<") != "" || strings.HasPrefix(s, ".") {
		return s
	}
	return strings.NewReplacer(",", ".", ".", ",").Replace(s)
}

// Has reports whether English knows the key.
func Has(key string) bool { _, ok := english[key]; return ok }

// Int writes n with commas between thousands.
func Int(n int) string {
	s := strconv.Itoa(n)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Fixed writes x with so many decimals, and an en dash for what is no number.
func Fixed(x float64, decimals int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "–"
	}
	s := strconv.FormatFloat(x, 'f', decimals, 64)
	if strings.HasPrefix(s, "-") {
		if strings.Trim(s, "-0.") == "" {
			return s[1:]
		}
		return "−" + s[1:]
	}
	return s
}

// Maybe is Fixed of a figure that may not have been measured.
func Maybe(x *float64, decimals int) string {
	if x == nil {
		return "–"
	}
	return Fixed(*x, decimals)
}

// Percent writes a share of one: two digits that count, never a false zero.
func Percent(share float64) string {
	p := 100 * share
	switch {
	case p > 0 && p < .005:
		return "< 0.01 %"
	case p != 0 && math.Abs(p) < 0.1:
		return Fixed(p, 2) + " %"
	case math.Abs(p) < 10:
		return Fixed(p, 1) + " %"
	}
	return Fixed(p, 0) + " %"
}

// Clock writes seconds as a stopwatch: 0.0, 12.3, 2:05.4, 1:02:05.
func Clock(seconds float64) string {
	if !(seconds > 0) {
		seconds = 0
	}
	tenths := int(seconds * 10)
	s := tenths / 10
	switch {
	case s < 60:
		return strconv.Itoa(s) + "." + strconv.Itoa(tenths%10)
	case s < 3600:
		return strconv.Itoa(s/60) + ":" + two(s%60) + "." + strconv.Itoa(tenths%10)
	}
	return strconv.Itoa(s/3600) + ":" + two(s/60%60) + ":" + two(s%60)
}

// Bytes writes a size: 812 B, 14 KB, 3.2 MB.
func Bytes(n int) string {
	switch x := float64(n); {
	case n < 1000:
		return strconv.Itoa(n) + " B"
	case n < 1_000_000:
		return Fixed(x/1e3, 0) + " KB"
	default:
		return Fixed(x/1e6, 1) + " MB"
	}
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// Clip shortens s to at most n characters, with an ellipsis in place of the rest.
func Clip(s string, n int) string {
	count := 0
	for i := range s {
		if count++; count == n {
			if rest := s[i:]; len([]rune(rest)) > 1 {
				return s[:i] + "…"
			}
			return s
		}
	}
	return s
}

// Languages are those that there are, the first the one that others fall back to.
var Languages = []string{"en", "de"}

// Choose is the first of the wishes, such as "de-AT", that is spoken here, or English.
func Choose(wishes ...string) string {
	for _, w := range wishes {
		w, _, _ = strings.Cut(strings.ToLower(w), "-")
		if slices.Contains(Languages, w) {
			return w
		}
	}
	return Languages[0]
}

// Keys are all keys of the English catalogue, in order.
func Keys() []string { return slices.Sorted(maps.Keys(english)) }
