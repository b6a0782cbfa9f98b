package data

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"lethe/recsys/rng"
)

// Options says how to read files that leave a choice. The zero value is the
// usual choice.
type Options struct {
	Name string // of the data set; "" takes it from the files
	Seed uint64 // of the split, where the files bring none
	// ByTime splits each user's interactions by their timestamps, where the files
	// have timestamps and no split: the latest are tested.
	ByTime bool
	// MinRating is the lowest rating that counts as an interaction. 0 means 4 for
	// MovieLens and any rating elsewhere. MMRec files keep every line, as that
	// toolbox does.
	MinRating float64
	// Core keeps only users and items with that many interactions among
	// themselves, where the files bring no split. 0 means 5 for MovieLens, the
	// value of the MMRec toolbox, and no filter elsewhere; 1 means no filter but
	// drops items that nobody has.
	Core int
	// Alone allows a catalogue without interactions: the visitor will be its only user.
	Alone bool
	// MergeDuplicates keeps the earliest of several interactions of one pair. They
	// are an error otherwise.
	MergeDuplicates bool
}

// maxEntities bounds users and items: ranking keeps item numbers as float32,
// which are exact below 2²⁴.
const maxEntities = 1 << 24

// Load reads the data set in a folder or, through OpenZip, in a zip. It
// recognises, in this order:
//
//   - a catalogue: catalog.json or catalog.csv with interactions.csv or .json
//   - MovieLens: movies.csv and ratings.csv, or ml-1m's .dat files, or ml-100k's u.data
//   - RecBole atomic files: NAME.inter, NAME.item with typed columns (user_id:token)
//   - MMRec: NAME.inter with userID, itemID, x_label
//   - interactions.csv or .json alone
//
// beside which feature files NAME*.npy, *.npz and neighbour lists NAME_knn*.npz
// may lie, rows in the order of the items. It returns a whole data set or an
// *Error, never a part.
func Load(fsys fs.FS, opt Options) (*Dataset, error) {
	f, err := openFolder(fsys)
	if err != nil {
		return nil, err
	}
	for _, l := range layouts {
		if l.match(f) {
			s, err := l.read(f, opt)
			if err != nil {
				return nil, err
			}
			return s.finish(opt)
		}
	}
	return nil, &Error{Value: strings.Join(f.names, " "), Problem: "no known data set is in these files",
		Remedy: "bring catalog.json with interactions.csv, MovieLens' movies.csv with ratings.csv, or NAME.inter"}
}

var layouts = []struct {
	match func(folder) bool
	read  func(folder, Options) (*source, error)
}{
	{func(f folder) bool { return f.has("catalog.json") || f.has("catalog.csv") }, readCatalog},
	{func(f folder) bool { return f.has("movies.csv", "ratings.csv") }, readMovieLensCSV},
	{func(f folder) bool { return f.has("movies.dat", "ratings.dat") }, readMovieLens1M},
	{func(f folder) bool { return f.has("u.data") }, readMovieLens100K},
	{isRecBole, readRecBole},
	{func(f folder) bool { return len(f.ending(".inter")) > 0 }, readMMRec},
	{func(f folder) bool { return f.has("interactions.csv") || f.has("interactions.json") }, readCatalog},
}

// The values of record.label.
const (
	labelTrain = iota
	labelValid
	labelTest
)

// record is one interaction of a file.
type record struct {
	user, item int32
	line       int32
	label      uint8
	time       float64
	until      float64
}

// source is what a layout's reader found, before filtering and splitting. Its
// catalog and modalities have a row per item.
type source struct {
	name, file      string // file holds the interactions
	users, items    []string
	records         []record
	labelled, timed bool // records carry labels, times
	expires         bool // and ends
	core            int  // the layout's usual core; 0 is no filter
	catalog         []Item
	modalities      []Modality
}

// finish filters, splits and builds the matrices.
func (s *source) finish(opt Options) (*Dataset, error) {
	if opt.Alone && len(s.records) == 0 {
		none := mustFromPairs(0, len(s.items), nil)
		return &Dataset{Name: cmp.Or(opt.Name, s.name), ItemIDs: s.items, Modalities: s.modalities, Catalog: s.catalog, Train: none, Valid: none, Test: none}, nil
	}
	if err := s.sortRecords(opt.MergeDuplicates); err != nil {
		return nil, err
	}
	if core := cmp.Or(opt.Core, s.core); core > 0 && !s.labelled {
		if err := s.keepCore(core); err != nil {
			return nil, err
		}
	}
	pairs := make([]Pair, len(s.records))
	times := make([]float64, len(s.records))
	for k, r := range s.records {
		pairs[k], times[k] = Pair{r.user, r.item}, r.time
	}
	d := &Dataset{Name: cmp.Or(opt.Name, s.name), UserIDs: s.users, ItemIDs: s.items, Modalities: s.modalities, Catalog: s.catalog}
	if s.labelled {
		var part [3][]Pair
		for k, r := range s.records {
			part[r.label] = append(part[r.label], pairs[k])
		}
		d.Train = mustFromPairs(d.Users(), d.Items(), part[labelTrain])
		d.Valid = mustFromPairs(d.Users(), d.Items(), part[labelValid])
		d.Test = mustFromPairs(d.Users(), d.Items(), part[labelTest])
	} else {
		if !opt.ByTime || !s.timed {
			times = nil
		}
		all := mustFromPairs(d.Users(), d.Items(), pairs)
		d.Train, d.Valid, d.Test = Split(all, times, Keys(d.UserIDs), Keys(d.ItemIDs), rng.New(opt.Seed))
	}
	if s.timed || s.expires {
		for _, r := range s.records {
			if r.time != 0 || r.until != 0 {
				d.Events = append(d.Events, Event{Pair{r.user, r.item}, seconds(r.time), r.until})
			}
		}
		d.Events = eventsOf(d.Events, d.Train)
	}
	if d.Train.Len() == 0 {
		return nil, &Error{File: s.file, Problem: "no interaction is for training", Remedy: "mark some as training, or leave the split out"}
	}
	return d, nil
}

// sortRecords orders the records by user, then item, and deals with duplicates.
func (s *source) sortRecords(merge bool) error {
	if len(s.records) == 0 {
		return &Error{File: s.file, Problem: "there are no interactions", Remedy: "bring at least one, or lower the least rating"}
	}
	slices.SortFunc(s.records, func(a, b record) int {
		return cmp.Or(cmp.Compare(a.user, b.user), cmp.Compare(a.item, b.item), cmp.Compare(a.time, b.time), cmp.Compare(a.line, b.line))
	})
	kept := s.records[:1]
	for _, r := range s.records[1:] {
		last := kept[len(kept)-1]
		if r.user != last.user || r.item != last.item {
			kept = append(kept, r)
			continue
		}
		if !merge {
			return &Error{File: s.file, Line: int(max(r.line, last.line)), Value: s.users[r.user] + " " + s.items[r.item],
				Problem: fmt.Sprintf("the pair of user and item was on line %d already", min(r.line, last.line)),
				Remedy:  "keep one line per pair, or allow repeated interactions to be merged"}
		}
	}
	s.records = kept
	return nil
}

// keepCore removes users and items with fewer than k interactions until all that
// remain have k among themselves, as the MMRec toolbox filters its data.
func (s *source) keepCore(k int) error {
	users, items := make([]int32, len(s.users)), make([]int32, len(s.items))
	for _, r := range s.records {
		users[r.user]++
		items[r.item]++
	}
	for before := -1; before != len(s.records); {
		before = len(s.records)
		s.records = slices.DeleteFunc(s.records, func(r record) bool {
			if int(users[r.user]) >= k && int(items[r.item]) >= k {
				return false
			}
			users[r.user]--
			items[r.item]--
			return true
		})
	}
	if len(s.records) == 0 {
		return &Error{File: s.file, Problem: fmt.Sprintf("no users and items with %d interactions each remain", k),
			Remedy: "lower the core, or bring more data"}
	}
	newUser, newItem := renumber(users), renumber(items)
	for n := range s.records {
		r := &s.records[n]
		r.user, r.item = newUser[r.user], newItem[r.item]
	}
	s.users = pick(s.users, newUser)
	s.items = pick(s.items, newItem)
	s.catalog = pick(s.catalog, newItem)
	for m := range s.modalities {
		s.modalities[m] = s.modalities[m].pick(newItem)
	}
	return nil
}

// renumber counts the entries that are not 0 from 0 and marks the others -1.
func renumber(count []int32) []int32 {
	n := int32(0)
	out := make([]int32, len(count))
	for k, c := range count {
		if out[k] = -1; c > 0 {
			out[k] = n
			n++
		}
	}
	return out
}

// pick keeps the elements with a new number. nil stays nil.
func pick[T any](all []T, number []int32) []T {
	if all == nil {
		return nil
	}
	out := make([]T, 0, len(all))
	for k, x := range all {
		if number[k] >= 0 {
			out = append(out, x)
		}
	}
	return out
}

// idTable numbers identifiers in order of their first appearance.
type idTable struct {
	ids    []string
	number map[string]int32
}

func newIDTable() *idTable { return &idTable{number: map[string]int32{}} }

// add returns the number of an identifier, a new one if need be.
func (t *idTable) add(id string) int32 {
	n, ok := t.number[id]
	if !ok {
		id = strings.Clone(id) // let go of the file it is cut from
		n = int32(len(t.ids))
		t.ids = append(t.ids, id)
		t.number[id] = n
	}
	return n
}

// checkEntities bounds the number of users or items.
func checkEntities(file, what string, n int) error {
	if n > maxEntities {
		return &Error{File: file, Value: fmt.Sprint(n), Problem: "there are too many " + what,
			Remedy: fmt.Sprintf("the most is %d", maxEntities)}
	}
	return nil
}
