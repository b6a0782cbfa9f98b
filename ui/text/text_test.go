package text

import (
	"maps"
	"math"
	"regexp"
	"slices"
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

// Every language says everything, with the same arguments.
func TestLanguagesAreComplete(t *testing.T) {
	argument := regexp.MustCompile(`\{\d\}`)
	for lang, c := range catalogs {
		assert.Equal(t, Keys(), slices.Sorted(maps.Keys(c)), lang)
		same := 0
		for key, said := range c {
			want, got := argument.FindAllString(english[key], -1), argument.FindAllString(said, -1)
			slices.Sort(want)
			slices.Sort(got)
			assert.Equal(t, want, got, "%s: %s", lang, key)
			if said == english[key] && said != "" {
				same++
			}
		}
		if lang != "en" {
			assert.Less(t, same, len(c)/10, "%s is English", lang)
		}
	}
	assert.ElementsMatch(t, Languages, slices.Collect(maps.Keys(catalogs)))
}

func TestChoose(t *testing.T) {
	assert.Equal(t, "de", Choose("", "fr-CA", "de-AT", "en"))
	assert.Equal(t, "en", Choose("fr"))
	assert.Equal(t, "en", Choose())
}

// German writes 1.234,5 where English writes 1,234.5, in sentences and alone; names stay as they are.
func TestLocal(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"1,234.5", "1.234,5"}, {"0.4940", "0,4940"}, {"3.1 %", "3,1 %"}, {"−0.50", "−0,50"}, {"3.2 MB", "3,2 MB"}, {"2:05.4", "2:05,4"},
		{"Ada, Sons", "Ada, Sons"}, {"u0.1", "u0.1"}, {"", ""}, {"users:5%", "users:5%"},
	} {
		assert.Equal(t, c.want, Local("de", c.in))
		assert.Equal(t, c.in, Local("en", c.in))
	}
	assert.Equal(t, "1.000 Drucke", Of("de", "wall.count", Int(1000)))
	assert.Equal(t, "1,000 prints", Of("en", "wall.count", Int(1000)))
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ want, got string }{
		{"0", Int(0)}, {"999", Int(999)}, {"1,000", Int(1000)}, {"1,234,567", Int(1234567)}, {"-999", Int(-999)}, {"-1,000", Int(-1000)},
		{"0.0754", Fixed(.0754, 4)}, {"−0.50", Fixed(-.5, 2)}, {"0.00", Fixed(-.001, 2)}, {"–", Fixed(math.NaN(), 2)}, {"–", Maybe(nil, 2)},
		{"0.02 %", Percent(.0002)}, {"< 0.01 %", Percent(.00002)}, {"< 0,01 %", Local("de", "< 0.01 %")}, {"3.1 %", Percent(.031)}, {"42 %", Percent(.42)}, {"0.0 %", Percent(0)},
		{"0.0", Clock(-1)}, {"0.0", Clock(math.NaN())}, {"12.3", Clock(12.39)}, {"2:05.4", Clock(125.4)}, {"1:02:05", Clock(3725)},
		{"812 B", Bytes(812)}, {"14 KB", Bytes(14_200)}, {"3.2 MB", Bytes(3_200_000)},
		{"abc", Clip("abc", 3)}, {"ab…", Clip("abcd", 3)}, {"äö…", Clip("äöüß", 3)},
	} {
		assert.Equal(t, c.want, c.got)
	}
}
