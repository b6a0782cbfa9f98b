package data

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/rng"
)

const timed = `user,item,split,timestamp,expires
ann,a,train,1000000000,
ann,b,train,1000000900,2026-01-31
ann,c,train,1000009000,
ann,d,valid,1000009001,2020-01-01
bob,a,train,1000000000000,1700000000
bob,b,train,0,
`

func timedData(t *testing.T) *Dataset {
	t.Helper()
	d, err := Load(folderOf("interactions.csv", timed), Options{})
	require.NoError(t, err)
	return d
}

func TestTimesOfDays(t *testing.T) {
	for _, day := range []string{"1970-01-01", "2000-02-29", "2026-12-31", "1999-03-01", "2100-02-28"} {
		want, err := time.Parse(time.DateOnly, day)
		require.NoError(t, err)
		got, ok := parseTime(day)
		assert.True(t, ok)
		assert.Equal(t, float64(want.Add(24*time.Hour).Unix()-1), got, day)
	}
	got, ok := parseTime("1700000000")
	assert.True(t, ok)
	assert.Equal(t, 1.7e9, got)
	for _, bad := range []string{"", "tomorrow", "2026-13-01", "2026-1-1", "-5", "0", "2026-00-10", "2026-01-00", "2026-01-01T00:00"} {
		_, ok := parseTime(bad)
		assert.False(t, ok, bad)
	}
}

func TestEventsAreOfTrainingInteractions(t *testing.T) {
	d := timedData(t)
	end, _ := parseTime("2026-01-31")
	assert.Equal(t, []Event{
		{Pair{0, 0}, 1e9, 0}, {Pair{0, 1}, 1e9 + 900, end}, {Pair{0, 2}, 1e9 + 9000, 0}, {Pair{1, 0}, 1e9, 1.7e9},
	}, d.Events)
	bare, err := Load(folderOf("interactions.csv", "user,item\nann,a\n"), Options{})
	require.NoError(t, err)
	assert.Nil(t, bare.Events)
	_, err = Load(folderOf("interactions.csv", "user,item,expires\nann,a,soon\n"), Options{})
	assert.ErrorContains(t, err, "interactions.csv, line 2: the end is neither a day nor seconds")
	again, err := Load(folderOf("interactions.json", `[{"user":"ann","item":"a","expires":"2026-01-31"}]`), Options{})
	require.NoError(t, err)
	assert.Equal(t, []Event{{Pair{0, 0}, 0, end}}, again.Events)
	_, err = Load(folderOf("interactions.json", "[\n{\"user\":\"ann\",\"item\":\"a\",\"expires\":\"soon\"}]"), Options{})
	assert.ErrorContains(t, err, "line 2: the end is neither")

	files, err := WriteCatalog(d, false)
	require.NoError(t, err)
	var list []string
	for _, f := range files {
		list = append(list, f.Name, string(f.Data))
	}
	written, err := Load(folderOf(list...), Options{})
	require.NoError(t, err)
	assert.Equal(t, d.Events, written.Events)
}

func TestSessionsAndEnds(t *testing.T) {
	d := timedData(t)
	for request, want := range map[string][]Pair{
		"session:ann/1":      {{0, 0}, {0, 1}},
		"session:ann/2":      {{0, 2}},
		"session:bob/1":      {{1, 0}},
		"expired:1700000000": {{1, 0}},
		"expired:2026-01-30": {{1, 0}},
		"expired:2026-01-31": {{0, 1}, {1, 0}},
	} {
		assert.Equal(t, &ForgetSet{Kind: ForgetPairs, Request: request, Pairs: want}, resolve(t, d, request), request)
	}
	for request, want := range map[string]string{
		"session:ann/3":      "there are 1 to 2",
		"session:ann/0":      "no session of this number",
		"session:an/1":       `did you mean "ann"?`,
		"expired:2001-01-01": "has expired by then",
	} {
		r, err := ParseRequest(request)
		require.NoError(t, err)
		_, err = r.Resolve(d, rng.New(1), nil)
		assert.ErrorContains(t, err, want)
	}
	for request, want := range map[string]string{"session:ann": "lacks its number", "expired:soon": "neither a day"} {
		_, err := ParseRequest(request)
		assert.ErrorContains(t, err, want)
	}
	bare := *d
	bare.Events = nil
	for request, want := range map[string]string{"session:ann/1": "nothing says when", "expired:2026-01-31": "no interaction of the data set expires"} {
		r, _ := ParseRequest(request)
		_, err := r.Resolve(&bare, rng.New(1), nil)
		assert.ErrorContains(t, err, want)
	}
}

// A time that stayed would tell that there was an interaction.
func TestForgottenInteractionsLeaveNoTime(t *testing.T) {
	d := timedData(t)
	assert.Len(t, Retain(d, resolve(t, d, "user:ann")).Events, 1)
	assert.Len(t, Retain(d, resolve(t, d, "item:a")).Events, 2)
	left := Retain(d, resolve(t, d, "session:ann/1"))
	assert.Equal(t, d.Events[2:], left.Events)
	assert.Len(t, d.Events, 4, "the input changed")
	r, _ := ParseRequest("session:ann/2")
	_, err := r.Resolve(left, rng.New(1), nil)
	assert.ErrorContains(t, err, "there are 1 to 1")
}

func TestSiblingsStandUnderTheSameParent(t *testing.T) {
	d := gallery() // fern and owl by Anna Atkins; fern, rose and d/x are botanical
	beside := func(request string) (ids []string) {
		for i, yes := range SiblingItems(d, resolve(t, d, request)) {
			if yes {
				ids = append(ids, d.ItemIDs[i])
			}
		}
		return ids
	}
	assert.Equal(t, []string{"owl"}, beside("item:fern"), "her other item")
	assert.Equal(t, []string{"owl"}, beside("modality:image@fern"))
	assert.Equal(t, []string{"fern", "d/x"}, beside("item:rose"), "he has no other: the shelf")
	assert.Equal(t, []string{"rose", "d/x"}, beside("creator:Anna Atkins"))
	for i := range d.Catalog {
		d.Catalog[i].Licence = []string{"museum", "library", "museum", "museum", ""}[i]
	}
	assert.Equal(t, []string{"d/x"}, beside("creator:Anna Atkins"), "a creator's siblings have its licensor")
	assert.Equal(t, []int32{0, 2, 3}, resolve(t, d, "licence:museum").Items)
	assert.Equal(t, []int32{0, 2, 3}, resolve(t, d, "modality:image@licence:museum").Items)
	assert.Equal(t, []int32{0, 1, 3}, resolve(t, d, "modality:image@category:Botanical").Items)
	assert.Equal(t, []int32{0, 2}, resolve(t, d, "modality:text@creator:Anna Atkins").Items)

	assert.Equal(t, []Pair{{0, 2}, {1, 2}}, Beside(d, resolve(t, d, "item:fern")))
	assert.Equal(t, []Pair{{0, 0}, {0, 1}}, Beside(d, resolve(t, d, "pair:ann/owl")), "without times, all else the user did")
	assert.Empty(t, Beside(d, resolve(t, d, "user:ann")))
	e := timedData(t)
	assert.Equal(t, []Pair{{0, 1}}, Beside(e, resolve(t, e, "pair:ann/a")), "the same session")
	assert.Equal(t, []Pair{{0, 0}, {0, 1}}, Beside(e, resolve(t, e, "pair:ann/c")), "alone in its session: all others")
	d.Catalog = nil
	assert.Empty(t, Beside(d, resolve(t, d, "item:fern")))
}
