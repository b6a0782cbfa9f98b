package data

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/dense"
	"lethe/recsys/rng"
)

func TestParseRequest(t *testing.T) {
	for s, want := range map[string]Request{
		"users:5%":                {Scope: ScopeUsers, Percent: 5, Rule: RuleRandom},
		" items:0.25%:core ":      {Scope: ScopeItems, Percent: .25, Rule: RuleCore},
		"pairs:100%:edge":         {Scope: ScopePairs, Percent: 100, Rule: RuleEdge},
		"pairs:5%:topic":          {Scope: ScopePairs, Percent: 5, Rule: RuleTopic},
		"users:5%:spam":           {Scope: ScopeUsers, Percent: 5, Rule: RuleSpam},
		"users:5%:random":         {Scope: ScopeUsers, Percent: 5, Rule: RuleRandom},
		"user:a:b/c":              {Scope: ScopeUser, Name: "a:b/c"},
		"item:7":                  {Scope: ScopeItem, Name: "7"},
		"pair:a/b/c":              {Scope: ScopePair, Name: "a/b/c"},
		"creator:Atkins, Anna":    {Scope: ScopeCreator, Name: "Atkins, Anna"},
		"category:/A/B/":          {Scope: ScopeCategory, Name: "A/B"},
		"modality:image@it@7":     {Scope: ScopeModality, Modality: "image", Name: "it@7"},
		"file:C:/requests of.csv": {Scope: ScopeFile, Name: "C:/requests of.csv"},
	} {
		want.Text = strings.TrimSpace(s)
		r, err := ParseRequest(s)
		require.NoError(t, err, s)
		assert.Equal(t, want, r)
		again, err := ParseRequest(r.Text)
		require.NoError(t, err)
		assert.Equal(t, r, again)
	}
}

func TestParseRequestRefuses(t *testing.T) {
	for s, want := range map[string]string{
		"":                 "not a request",
		"users":            "not a request",
		"user:":            "not a request",
		"user: ":           "not a request",
		"usr:5":            `did you mean "user"?`,
		"everything:5%":    "users:5%",
		"users:0%":         "above 0",
		"users:101%":       "above 0",
		"users:5":          "percentage",
		"users:-5%":        "percentage",
		"users:1e1%":       "percentage",
		"users:NaN%":       "percentage",
		"users:5%:cores":   `did you mean "core"?`,
		"users:5%:core:":   "core",
		"users:5%:":        "rules are random, core, edge, topic, spam",
		"pair:a":           "lacks its item",
		"category:/":       "category is empty",
		"modality:image":   "item is missing",
		"modality:@7":      "missing",
		"modality:image@":  "missing",
		"USERS:5%":         "not a request",
		"users:5%, item:1": "the rule is unknown",
	} {
		r, err := ParseRequest(s)
		var e *Error
		require.ErrorAs(t, err, &e, s)
		assert.Contains(t, err.Error(), want)
		assert.Zero(t, r)
	}
}

func FuzzParseRequest(f *testing.F) {
	for _, s := range []string{"users:5%:core", "pair:a/b", "modality:image@7", "category:A/B", "file:x", "users:5%:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRequest(s)
		if err != nil {
			var e *Error
			require.True(t, errors.As(err, &e))
			return
		}
		again, err := ParseRequest(r.Text)
		require.NoError(t, err)
		require.Equal(t, r, again)
		if r.Percent > 0 {
			require.LessOrEqual(t, r.count(7), 7)
			require.GreaterOrEqual(t, r.count(7), 1)
		}
	})
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		percent float64
		n, want int
	}{{5, 19445, 972}, {5, 118551, 5928}, {100, 7, 7}, {0.01, 50, 1}, {5, 0, 0}, {50, 3, 2}} {
		assert.Equal(t, c.want, Request{Percent: c.percent}.count(c.n), "%+v", c)
	}
}

// gallery: three users, five items in two categories by two creators.
func gallery() *Dataset {
	return &Dataset{
		Name:    "gallery",
		UserIDs: []string{"ann", "bob", "cy/d"},
		ItemIDs: []string{"fern", "rose", "owl", "d/x", "x"},
		Train:   mustFromPairs(3, 5, []Pair{{0, 0}, {0, 1}, {0, 2}, {1, 1}, {1, 2}, {2, 4}}),
		Valid:   mustFromPairs(3, 5, []Pair{{0, 3}, {1, 0}}),
		Test:    mustFromPairs(3, 5, []Pair{{0, 4}, {1, 4}, {2, 0}}),
		Modalities: []Modality{
			{Name: "image", Rows: dense.Matrix{Rows: 5, Cols: 2, Data: []float32{1, 1, 2, 2, 3, 3, 4, 4, 5, 5}},
				Has: []bool{true, true, true, true, false},
				Neighbors: &Neighbors{2, []int32{0, 1, 1, 0, 2, 1, 3, 0, 4, -1},
					[]float32{1, .5, 1, .5, 1, .25, 1, .125, 1, 0}}},
			{Name: "text", Rows: dense.Matrix{Rows: 5, Cols: 1, Data: []float32{1, 2, 3, 4, 5}}},
		},
		Catalog: []Item{
			{Title: "Fern", Creator: "Anna Atkins", Category: []string{"Botanical", "Fern"}},
			{Title: "Rose", Creator: "Pierre Redouté", Category: []string{"Botanical", "Flower"}},
			{Title: "Owl", Creator: "Anna Atkins", Category: []string{"Animal", "Bird"}},
			{Title: "D", Category: []string{"Botanical"}},
			{},
		},
	}
}

func resolve(t *testing.T, d *Dataset, request string) *ForgetSet {
	t.Helper()
	r, err := ParseRequest(request)
	require.NoError(t, err)
	f, err := r.Resolve(d, rng.New(1), nil)
	require.NoError(t, err)
	return f
}

func TestResolve(t *testing.T) {
	for request, want := range map[string]ForgetSet{
		"user:ann":             {Kind: ForgetUsers, Users: []int32{0}, Pairs: []Pair{{0, 0}, {0, 1}, {0, 2}}},
		"item:rose":            {Kind: ForgetItems, Items: []int32{1}, Pairs: []Pair{{0, 1}, {1, 1}}},
		"item:d/x":             {Kind: ForgetItems, Items: []int32{3}},
		"pair:ann/owl":         {Kind: ForgetPairs, Pairs: []Pair{{0, 2}}},
		"pair:cy/d/x":          {Kind: ForgetPairs, Pairs: []Pair{{2, 4}}}, // cy/d and x: there is no user cy
		"creator:Anna Atkins":  {Kind: ForgetItems, Items: []int32{0, 2}, Pairs: []Pair{{0, 0}, {0, 2}, {1, 2}}},
		"category:Botanical":   {Kind: ForgetItems, Items: []int32{0, 1, 3}, Pairs: []Pair{{0, 0}, {0, 1}, {1, 1}}},
		"category:Animal/Bird": {Kind: ForgetItems, Items: []int32{2}, Pairs: []Pair{{0, 2}, {1, 2}}},
		"modality:image@owl":   {Kind: ForgetModality, Modality: "image", Items: []int32{2}},
	} {
		want.Request = request
		assert.Equal(t, &want, resolve(t, gallery(), request), request)
	}
}

func TestResolveErrors(t *testing.T) {
	bare := gallery()
	bare.Catalog = nil
	bare.Modalities = nil
	full := gallery()
	twofold := gallery()
	twofold.UserIDs[0] = "cy"
	for _, c := range []struct {
		d             *Dataset
		request, want string
	}{
		{full, "user:an", `no user of this identifier: "an"; did you mean "ann"?`},
		{full, "item:rosy", `did you mean "rose"?`},
		{full, "creator:Anna Adkins", `no creator of this name: "Anna Adkins"; did you mean "Anna Atkins"?`},
		{full, "category:Botanical/Ferns", `did you mean "Botanical/Fern"?`},
		{full, "category:Bot", "no category"},
		{full, "modality:images@owl", `did you mean "image"?`},
		{full, "modality:sound@owl", "there are: image, text"},
		{full, "modality:image@owls", `did you mean "owl"?`},
		{full, "modality:image@x", "the item has no image"},
		{full, "pair:ann/x", "held out"},
		{full, "pair:bob/d/x", "no interaction"},
		{full, "pair:anne/owl", `did you mean "ann"?`},
		{full, "pair:ann/owls", `did you mean "owl"?`},
		{twofold, "pair:cy/d/x", "more than one way"},
		{bare, "creator:Anna Atkins", "no catalogue"},
		{bare, "modality:image@owl", "there are: none"},
		{bare, "users:5%:topic", "neither categories nor features"},
		{full, "pairs:100%", "leave some users without any"},
		{full, "file:x.csv", "cannot be opened"},
	} {
		r, err := ParseRequest(c.request)
		require.NoError(t, err)
		f, err := r.Resolve(c.d, rng.New(1), nil)
		var e *Error
		require.ErrorAs(t, err, &e, c.request)
		assert.Contains(t, err.Error(), c.want)
		assert.Nil(t, f)
	}
	assert.Equal(t, full, gallery())
}

func TestResolveFile(t *testing.T) {
	resolveFile := func(content string) (*ForgetSet, error) {
		r, err := ParseRequest("file:batch")
		require.NoError(t, err)
		return r.Resolve(gallery(), rng.New(1), func(path string) ([]byte, error) {
			if path != "batch" || content == "" {
				return nil, errors.New("no such file")
			}
			return []byte(content), nil
		})
	}
	for content, want := range map[string]ForgetSet{
		"request\r\nitem:owl\r\n\r\ncreator:Pierre Redouté\r\nitem:owl": {Kind: ForgetItems, Items: []int32{1, 2}, Pairs: []Pair{{0, 1}, {0, 2}, {1, 1}, {1, 2}}},
		"\ufeff\"user:ann\"\n":                            {Kind: ForgetUsers, Users: []int32{0}, Pairs: []Pair{{0, 0}, {0, 1}, {0, 2}}},
		"user,item\nbob,owl\nann,fern\nbob,owl":           {Kind: ForgetPairs, Pairs: []Pair{{0, 0}, {1, 2}}},
		"item,user\nx,cy/d\n":                             {Kind: ForgetPairs, Pairs: []Pair{{2, 4}}},
		` ["pair:bob/owl", {"user":"ann","item":"fern"}]`: {Kind: ForgetPairs, Pairs: []Pair{{0, 0}, {1, 2}}},
		"modality:image@owl\nmodality:image@fern":         {Kind: ForgetModality, Modality: "image", Items: []int32{0, 2}},
	} {
		want.Request = "file:batch"
		f, err := resolveFile(content)
		require.NoError(t, err, content)
		assert.Equal(t, &want, f, content)
	}
	for content, want := range map[string]string{
		"":                                      "batch: the file cannot be read (no such file)",
		"\n":                                    "batch: the file holds no request",
		"user,item\n":                           "batch: the file holds no request",
		"[]":                                    "batch: the file holds no request",
		"user:ann\nuser:anny":                   `batch, line 2: there is no user of this identifier: "anny"; did you mean "ann"?`,
		"user:ann\nitem:owl":                    "batch, line 2: the request is about items, those before it about users",
		"modality:image@owl\nmodality:text@owl": "batch, line 2: the request is about modality text, those before it about modality image",
		"file:batch":                            "batch, line 1: a file of requests cannot name another",
		"user,item\nann,x":                      "batch, line 2: the interaction is held out",
		"user,item\nann":                        "batch, line 2: the line has 1 cells where the header has 2",
		"user,thing\nann,x":                     "batch, line 1: there is no column item",
		"[\n{\"user\":\"ann\"}]":                "batch, line 2: this is not a JSON list of objects (an element is neither",
		"[\"user:ann\",\n\"usr:ann\"]":          "batch, line 2: this is not a request",
		"user:\xff":                             "batch, line 1: the file is not UTF-8",
	} {
		f, err := resolveFile(content)
		assert.ErrorContains(t, err, want)
		assert.Nil(t, f)
	}
}

func FuzzResolveFile(f *testing.F) {
	for _, s := range []string{"user:ann\nuser:bob", "user,item\nann,owl", `["item:owl"]`, `[{"user":"ann","item":"owl"}]`, "items:50%:topic", "pairs:20%:spam"} {
		f.Add([]byte(s))
	}
	d := gallery()
	f.Fuzz(func(t *testing.T, b []byte) {
		set, err := Request{Text: "file:x", Scope: ScopeFile, Name: "x"}.Resolve(d, rng.New(1), func(string) ([]byte, error) { return b, nil })
		if err != nil {
			var e *Error
			require.True(t, errors.As(err, &e), "%T %v", err, err)
			return
		}
		checkRetain(t, d, set)
	})
}

func TestRetainUsers(t *testing.T) {
	d := gallery()
	r := Retain(d, resolve(t, d, "user:ann"))
	assert.Equal(t, []string{"", "bob", "cy/d"}, r.UserIDs)
	assert.Equal(t, []Pair{{1, 1}, {1, 2}, {2, 4}}, r.Train.Pairs())
	assert.Equal(t, []Pair{{1, 0}}, r.Valid.Pairs())
	assert.Equal(t, []Pair{{1, 4}, {2, 0}}, r.Test.Pairs())
	assert.Equal(t, d.Modalities, r.Modalities)
	assert.Equal(t, d.ItemIDs, r.ItemIDs)
}

func TestRetainItems(t *testing.T) {
	d := gallery()
	r := Retain(d, resolve(t, d, "item:fern"))
	assert.Equal(t, []string{"", "rose", "owl", "d/x", "x"}, r.ItemIDs)
	assert.Equal(t, Item{}, r.Catalog[0])
	assert.Equal(t, d.Catalog[1:], r.Catalog[1:])
	assert.Equal(t, []Pair{{0, 1}, {0, 2}, {1, 1}, {1, 2}, {2, 4}}, r.Train.Pairs())
	assert.Equal(t, []Pair{{0, 3}}, r.Valid.Pairs())
	assert.Equal(t, []Pair{{0, 4}, {1, 4}}, r.Test.Pairs())
	image, text := r.Modality("image"), r.Modality("text")
	assert.Equal(t, []float32{0, 0, 2, 2, 3, 3, 4, 4, 5, 5}, image.Rows.Data)
	assert.Equal(t, []bool{false, true, true, true, false}, image.Has)
	assert.Equal(t, []int32{-1, -1, 1, -1, 2, 1, 3, -1, 4, -1}, image.Neighbors.ItemID)
	assert.Equal(t, []float32{0, 0, 1, 0, 1, .25, 1, 0, 1, 0}, image.Neighbors.Cos)
	assert.Equal(t, []float32{0, 2, 3, 4, 5}, text.Rows.Data)
	assert.Equal(t, []bool{false, true, true, true, true}, text.Has)
	// ann's only validation item could have gone too; bob keeps a training row, and
	// a user whose row empties stays: cy/d after item x.
	assert.Empty(t, Retain(d, resolve(t, d, "item:x")).Train.Row(2))
}

func TestRetainPairsAndModality(t *testing.T) {
	d := gallery()
	r := Retain(d, resolve(t, d, "pair:ann/owl"))
	assert.Equal(t, []Pair{{0, 0}, {0, 1}, {1, 1}, {1, 2}, {2, 4}}, r.Train.Pairs())
	assert.Equal(t, d.Valid, r.Valid)
	assert.Equal(t, d.UserIDs, r.UserIDs)

	r = Retain(d, resolve(t, d, "modality:image@rose"))
	assert.Equal(t, d.Train, r.Train)
	assert.Equal(t, d.Catalog, r.Catalog)
	assert.Equal(t, d.ItemIDs, r.ItemIDs)
	assert.Equal(t, d.Modality("text"), r.Modality("text"))
	assert.Equal(t, []bool{true, false, true, true, false}, r.Modality("image").Has)
	assert.Equal(t, []float32{1, 1, 0, 0, 3, 3, 4, 4, 5, 5}, r.Modality("image").Rows.Data)
	assert.Equal(t, []int32{0, -1, -1, -1, 2, -1, 3, 0, 4, -1}, r.Modality("image").Neighbors.ItemID)
}

// checkRetain checks what holds for every forget set: Retain ∪ Forget = D, disjoint;
// nothing of what went is left; once is enough; the input is as before.
func checkRetain(t require.TestingT, d *Dataset, f *ForgetSet) {
	before := deepCopy(d)
	r := Retain(d, f)
	require.Equal(t, before, d)
	require.Equal(t, r, Retain(r, f))

	joined := append(r.Train.Pairs(), f.Pairs...)
	slices.SortFunc(joined, comparePairs)
	require.Equal(t, d.Train.Pairs(), joined) // equal, so without a pair in both
	require.True(t, slices.IsSortedFunc(f.Pairs, comparePairs))
	for _, u := range f.Users {
		require.Empty(t, r.UserIDs[u])
		require.Empty(t, append(append(r.Train.Row(int(u)), r.Valid.Row(int(u))...), r.Test.Row(int(u))...))
	}
	for k, m := range r.Modalities {
		for _, i := range f.Items {
			if f.Kind == ForgetItems || m.Name == f.Modality {
				require.False(t, m.Has[i])
				require.Zero(t, slices.Max(append([]float32{0}, m.Rows.Row(int(i))...)))
				require.True(t, m.Neighbors == nil || !slices.Contains(m.Neighbors.ItemID, i))
			} else {
				require.Equal(t, d.Modalities[k], m)
			}
		}
	}
	if f.Kind == ForgetItems {
		for _, i := range f.Items {
			require.Empty(t, r.ItemIDs[i])
			require.False(t, slices.Contains(slices.Concat(r.Train.Item, r.Valid.Item, r.Test.Item), i))
		}
	}
}

func deepCopy(d *Dataset) *Dataset {
	c := *d
	clone := func(x *Interactions) *Interactions {
		return &Interactions{x.Users, x.Items, slices.Clone(x.Ptr), slices.Clone(x.Item)}
	}
	c.UserIDs, c.ItemIDs, c.Catalog = slices.Clone(d.UserIDs), slices.Clone(d.ItemIDs), slices.Clone(d.Catalog)
	c.Train, c.Valid, c.Test = clone(d.Train), clone(d.Valid), clone(d.Test)
	c.Modalities = slices.Clone(d.Modalities)
	for k := range c.Modalities {
		m := &c.Modalities[k]
		m.Rows, m.Has = m.Rows.Clone(), slices.Clone(m.Has)
		if n := m.Neighbors; n != nil {
			m.Neighbors = &Neighbors{n.K, slices.Clone(n.ItemID), slices.Clone(n.Cos)}
		}
	}
	return &c
}

func TestRetainAndForgetPartitionTheData(t *testing.T) {
	s := rng.New(8).Stream()
	for n := range 60 {
		d := randomDataset(&s)
		if n%3 == 0 {
			d.Catalog = nil
		}
		for _, scope := range []string{"users", "items", "pairs"} {
			for _, rule := range rules {
				r, err := ParseRequest(fmt.Sprintf("%s:%d%%:%s", scope, 1+s.IntN(60), rule))
				require.NoError(t, err)
				f, err := r.Resolve(d, rng.New(uint64(n)), nil)
				if err != nil { // so small a data set may not have a topic or enough pairs
					assert.True(t, scope == "pairs" || rule == "topic", err.Error())
					continue
				}
				checkRetain(t, d, f)
			}
		}
		i := int32(s.IntN(d.Items()))
		checkRetain(t, d, &ForgetSet{Kind: ForgetModality, Modality: "image", Items: []int32{i}})
		assert.Panics(t, func() { Retain(d, &ForgetSet{}) })
	}
}

// What two requests forget one after the other is what they forget the other way round.
func TestRetainCommutes(t *testing.T) {
	d := gallery()
	requests := []string{"user:ann", "item:rose", "pair:bob/owl", "modality:image@fern", "creator:Anna Atkins"}
	for _, a := range requests {
		for _, b := range requests {
			fa, fb := resolve(t, d, a), resolve(t, d, b)
			assert.Equal(t, Retain(Retain(d, fa), fb), Retain(Retain(d, fb), fa), a+" "+b)
		}
	}
}

// A block of ten users who share ten items, one of them (user 9) with the only
// click on item 10; five users of one item each; and user 15 with a bought list: items
// 20, 21 and 22 that nobody else has.
func blocks() *Dataset {
	d := &Dataset{UserIDs: make([]string, 16), ItemIDs: make([]string, 23)}
	var pairs []Pair
	for u := range int32(10) {
		for i := range int32(10) {
			pairs = append(pairs, Pair{u, i})
		}
	}
	pairs = append(pairs, Pair{9, 10})
	for u := int32(10); u < 15; u++ {
		pairs = append(pairs, Pair{u, u + 1})
	}
	pairs = append(pairs, Pair{15, 20}, Pair{15, 21}, Pair{15, 22})
	for u := range d.UserIDs {
		d.UserIDs[u] = fmt.Sprint("u", u)
	}
	for i := range d.ItemIDs {
		d.ItemIDs[i] = fmt.Sprint("i", i)
	}
	d.Train, d.Valid, d.Test = mustFromPairs(16, 23, pairs), emptyLike(d), emptyLike(d)
	return d
}

func TestSelectionRules(t *testing.T) {
	d := blocks()
	assert.Equal(t, []int32{9}, resolve(t, d, "users:6%:core").Users) // eleven items
	edge := resolve(t, d, "users:30%:edge").Users                     // five of sixteen
	assert.Equal(t, []int32{10, 11, 12, 13, 14}, edge)                // one item each
	assert.Equal(t, []int32{15}, resolve(t, d, "users:6%:spam").Users)
	core := resolve(t, d, "items:50%:core").Items // 19 items with interactions
	assert.Subset(t, core, []int32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	assert.Len(t, core, 10)
	assert.NotContains(t, resolve(t, d, "items:100%").Items, int32(19)) // nobody has it
	for _, p := range resolve(t, d, "pairs:9%:core").Pairs {            // ten of 109
		assert.Equal(t, int32(9), p.User) // 11·10 is the largest product
	}
	// Interactions of an item nobody else has, but never a user's last: 9 with 10,
	// and two of the three of 15.
	spam := resolve(t, d, "pairs:3%:spam").Pairs
	assert.Len(t, spam, 3)
	for _, p := range spam {
		assert.Contains(t, []Pair{{9, 10}, {15, 20}, {15, 21}, {15, 22}}, p)
	}
}

func TestTopicFollowsCategories(t *testing.T) {
	d := blocks()
	d.Catalog = make([]Item, 23)
	for i := range d.Catalog {
		d.Catalog[i].Category = []string{"all", fmt.Sprint(i / 8), fmt.Sprint(i)}
	}
	for seed := range uint64(10) {
		r, _ := ParseRequest("items:16%:topic") // three of 19
		f, err := r.Resolve(d, rng.New(seed), nil)
		require.NoError(t, err)
		shelf := d.Catalog[f.Items[0]].Category[1]
		for _, i := range f.Items {
			assert.Equal(t, shelf, d.Catalog[i].Category[1], "seed %d", seed)
		}
	}
}

func TestTopicFollowsContent(t *testing.T) {
	d := blocks()
	// Two rings of neighbours, even and odd; and vectors that point two ways.
	n := &Neighbors{K: 1}
	rows := dense.New(23, 2)
	for i := range 23 {
		n.ItemID, n.Cos = append(n.ItemID, int32((i+2)%24%23)), append(n.Cos, .5)
		rows.Row(i)[i%2] = 1
	}
	n.ItemID[21], n.ItemID[22] = 1, 0
	for _, m := range []Modality{{Name: "m", Rows: dense.New(23, 0), Neighbors: n}, {Name: "m", Rows: rows}} {
		d.Modalities = []Modality{m}
		for seed := range uint64(10) {
			for _, request := range []string{"items:30%:topic", "pairs:10%:topic"} {
				r, _ := ParseRequest(request)
				f, err := r.Resolve(d, rng.New(seed), nil)
				require.NoError(t, err)
				for _, p := range f.Pairs {
					assert.Equal(t, f.Pairs[0].Item%2, p.Item%2, "%s seed %d", request, seed)
				}
			}
		}
	}
}

// Users 0 to 4 have items 0 to 4 only, users 5 to 9 items 5 to 9, user 10 everything.
func TestTopicTakesTheUsersInIt(t *testing.T) {
	d := &Dataset{UserIDs: numbers(11), ItemIDs: numbers(10), Catalog: make([]Item, 10)}
	var pairs []Pair
	for u := range int32(11) {
		for i := range int32(10) {
			if u == 10 || u/5 == i/5 {
				pairs = append(pairs, Pair{u, i})
			}
		}
	}
	for i := range d.Catalog {
		d.Catalog[i].Category = []string{"c", fmt.Sprint(i / 5)}
	}
	d.Train, d.Valid, d.Test = mustFromPairs(11, 10, pairs), emptyLike(d), emptyLike(d)
	for seed := range uint64(10) {
		r, _ := ParseRequest("users:28%:topic") // three of eleven
		f, err := r.Resolve(d, rng.New(seed), nil)
		require.NoError(t, err)
		require.Len(t, f.Users, 3)
		for _, u := range f.Users {
			assert.Equal(t, f.Users[0]/5, u/5)
			assert.Less(t, u, int32(10))
		}
	}
}

// The definition, by brute force.
func TestFitIsTheMeanCosine(t *testing.T) {
	s := rng.New(9).Stream()
	for range 20 {
		x := randomMatrix(2+s.IntN(8), 2+s.IntN(8), .6, &s)
		size := func(u int, is ...int32) (n float64) { // users but u who have all of is
			for v := range x.Users {
				all := v != u
				for _, i := range is {
					all = all && x.Has(v, int(i))
				}
				if all {
					n++
				}
			}
			return n
		}
		users, pairs := userFit(x), pairFit(x)
		for u := range x.Users {
			row := x.Row(u)
			if len(row) < 2 {
				assert.True(t, math.IsInf(users[u], 1))
				continue
			}
			mean := 0.0
			for k, i := range row {
				own := 0.0
				for _, j := range row {
					if i != j && size(u, i)*size(u, j) > 0 {
						own += size(u, i, j) / math.Sqrt(size(u, i)*size(u, j))
					}
				}
				assert.InDelta(t, own/float64(len(row)-1), pairs[int(x.Ptr[u])+k], 1e-12)
				mean += own / float64(len(row)*(len(row)-1))
			}
			assert.InDelta(t, mean, users[u], 1e-12)
		}
	}
}

// A smaller share lies within a larger one, and another seed gives another one.
func TestSharesNest(t *testing.T) {
	d := blocks()
	for _, scope := range []string{"users", "items", "pairs"} {
		small, large := resolve(t, d, scope+":10%"), resolve(t, d, scope+":30%")
		assert.Subset(t, large.Pairs, small.Pairs)
		assert.Less(t, len(small.Users)+len(small.Items)+len(small.Pairs), len(large.Users)+len(large.Items)+len(large.Pairs))
		r, _ := ParseRequest(scope + ":10%")
		other, err := r.Resolve(d, rng.New(2), nil)
		require.NoError(t, err)
		assert.NotEqual(t, small, other)
	}
}

// Numbering users the other way round chooses the same people.
func TestSharesFollowIdentifiers(t *testing.T) {
	d := blocks()
	turned := &Dataset{UserIDs: slices.Clone(d.UserIDs), ItemIDs: d.ItemIDs, Valid: d.Valid, Test: d.Test}
	slices.Reverse(turned.UserIDs)
	var pairs []Pair
	for _, p := range d.Train.Pairs() {
		pairs = append(pairs, Pair{15 - p.User, p.Item})
	}
	turned.Train = mustFromPairs(16, 23, pairs)
	for _, rule := range []string{"random", "core", "edge", "spam"} {
		var a, b []string
		for _, u := range resolve(t, d, "users:40%:"+rule).Users {
			a = append(a, d.UserIDs[u])
		}
		for _, u := range resolve(t, turned, "users:40%:"+rule).Users {
			b = append(b, turned.UserIDs[u])
		}
		assert.ElementsMatch(t, a, b, rule)
	}
}

// Splits and shares are the same on every platform: one hash for all, recorded on
// linux/amd64 with Go 1.27.4 and checked wherever the tests run.
func TestSplitsAndSharesAreTheSameEverywhere(t *testing.T) {
	s := rng.New(11).Stream()
	h := sha256.New()
	add := func(pairs []Pair) { fmt.Fprintln(h, pairs) }
	for n := range uint64(10) {
		d := randomDataset(&s)
		all := append(append(d.Train.Pairs(), d.Valid.Pairs()...), d.Test.Pairs()...)
		train, valid, test := Split(mustFromPairs(d.Users(), d.Items(), all), nil, Keys(d.UserIDs), Keys(d.ItemIDs), rng.New(n))
		add(train.Pairs())
		add(valid.Pairs())
		add(test.Pairs())
		if n%2 == 0 {
			d.Catalog = nil // topics by content
		}
		for _, scope := range []string{"users", "items", "pairs"} {
			for _, rule := range rules {
				r, err := ParseRequest(scope + ":20%:" + rule)
				require.NoError(t, err)
				if f, err := r.Resolve(d, rng.New(n), nil); err == nil {
					add(f.Pairs)
				}
			}
		}
	}
	assert.Equal(t, "cbb7aa80d33f35b5", hex.EncodeToString(h.Sum(nil))[:16])
}
