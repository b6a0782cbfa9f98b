package text

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOf(t *testing.T) {
	catalogs["xx"] = Catalog{"nav.taste": "Geschmack"}
	defer delete(catalogs, "xx")
	assert.Equal(t, "Geschmack", Of("xx", "nav.taste"))
	assert.Equal(t, english["nav.train"], Of("xx", "nav.train"), "falls back to English")
	assert.Equal(t, "no.such", Of("xx", "no.such"))
	assert.Equal(t, "2 of 3", Of("en", "of", "2", "3"))
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ want, got string }{
		{"0", Int(0)}, {"999", Int(999)}, {"1,000", Int(1000)}, {"1,234,567", Int(1234567)}, {"-999", Int(-999)}, {"-1,000", Int(-1000)},
		{"0.0754", Fixed(.0754, 4)}, {"−0.50", Fixed(-.5, 2)}, {"0.00", Fixed(-.001, 2)}, {"–", Fixed(math.NaN(), 2)}, {"–", Maybe(nil, 2)},
		{"0.02 %", Percent(.0002)}, {"3.1 %", Percent(.031)}, {"42 %", Percent(.42)}, {"0.0 %", Percent(0)},
		{"0.0", Clock(-1)}, {"0.0", Clock(math.NaN())}, {"12.3", Clock(12.39)}, {"2:05.4", Clock(125.4)}, {"1:02:05", Clock(3725)},
		{"812 B", Bytes(812)}, {"14 KB", Bytes(14_200)}, {"3.2 MB", Bytes(3_200_000)},
		{"abc", Clip("abc", 3)}, {"ab…", Clip("abcd", 3)}, {"äö…", Clip("äöüß", 3)},
	} {
		assert.Equal(t, c.want, c.got)
	}
}
