package data

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/dense"
	"lethe/recsys/rng"
)

// folderOf is a file system of alternating names and contents.
func folderOf(files ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for k := 0; k < len(files); k += 2 {
		m[files[k]] = &fstest.MapFile{Data: []byte(files[k+1])}
	}
	return m
}

// npyOf is an .npy file in C order.
func npyOf(dtype, shape string, payload ...byte) string {
	return string(npyHeader(dtype, shape)) + string(payload)
}

// featuresOf is an items×cols .npy file of float32 with numbers 1, 2, 3 …
func featuresOf(items, cols int) string {
	m := dense.New(items, cols)
	for k := range m.Data {
		m.Data[k] = float32(k + 1)
	}
	b, err := writeMatrix(m, false)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func npzOf(names []string, contents ...string) string {
	var b bytes.Buffer
	var files []File
	for k, n := range names {
		files = append(files, File{n, []byte(contents[k])})
	}
	if err := WriteZip(&b, files); err != nil {
		panic(err)
	}
	return b.String()
}

func load(t *testing.T, fsys fs.FS, opt Options) *Dataset {
	t.Helper()
	d, err := Load(fsys, opt)
	require.NoError(t, err)
	return d
}

func TestLoadMMRec(t *testing.T) {
	knn := npzOf([]string{"nbr.npy", "cos.npy"},
		npyOf("<i4", "3, 2", 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 255, 255, 255, 255),
		npyOf("<f2", "3, 2", 0, 0x3c, 0, 0x38, 0, 0x3c, 0, 0x38, 0, 0x3c, 0, 0)) // 1 and ½, 1 and ½, 1 and none
	d := load(t, folderOf(
		"toy.inter", "userID\titemID\trating\ttimestamp\tx_label\r\n0\t1\t5.0\t9\t0\r\n\r\n0\t0\t1.0\t8\t1\r\n1\t1\t2.0\t7\t2\r\n",
		"image_feat.npy", featuresOf(3, 2),
		"text_knn2.npz", knn,
		"user_graph_dict.npy", "a pickle that must not be opened",
		"i_id_mapping.csv", "asin\titemID\n",
	), Options{})
	assert.Equal(t, "toy", d.Name)
	assert.Equal(t, []string{"0", "1"}, d.UserIDs)
	assert.Equal(t, []string{"0", "1", "2"}, d.ItemIDs) // item 2 has features only
	assert.Equal(t, []Pair{{0, 1}}, d.Train.Pairs())
	assert.Equal(t, []Pair{{0, 0}}, d.Valid.Pairs())
	assert.Equal(t, []Pair{{1, 1}}, d.Test.Pairs())
	require.Len(t, d.Modalities, 2)
	assert.Equal(t, dense.Matrix{Rows: 3, Cols: 2, Data: []float32{1, 2, 3, 4, 5, 6}}, d.Modality("image").Rows)
	text := d.Modality("text")
	assert.Equal(t, &Neighbors{2, []int32{0, 1, 1, 0, 2, -1}, []float32{1, .5, 1, .5, 1, 0}}, text.Neighbors)
	assert.Equal(t, [2]int{3, 0}, [2]int{text.Rows.Rows, text.Rows.Cols})
	assert.Nil(t, d.Catalog)
}

func TestLoadMMRecWithoutLabelsSplits(t *testing.T) {
	var b strings.Builder
	b.WriteString("\ufeffuserID\titemID\ttimestamp\n")
	for i := range 10 {
		fmt.Fprintf(&b, "0\t%d\t%d\n", i, 100-i)
	}
	d := load(t, folderOf("a.inter", b.String()), Options{ByTime: true})
	// Ten interactions: eight train, one validation, one test; item 0 is the latest.
	assert.Equal(t, []int32{2, 3, 4, 5, 6, 7, 8, 9}, d.Train.Row(0))
	assert.Equal(t, []int32{1}, d.Valid.Row(0))
	assert.Equal(t, []int32{0}, d.Test.Row(0))
	// Without ByTime the draw ignores time; a draw equal to the time order for all
	// of twenty seeds would happen with probability 90^-20.
	differs := false
	for seed := range uint64(20) {
		r := load(t, folderOf("a.inter", b.String()), Options{Seed: seed})
		assert.Equal(t, 8, r.Train.Len())
		differs = differs || r.Test.Row(0)[0] != 0 || r.Valid.Row(0)[0] != 1
	}
	assert.True(t, differs)
}

func TestLoadMovieLens(t *testing.T) {
	csvFiles := folderOf(
		"ml/movies.csv", "movieId,title,genres\n7,\"Ring, The\",Horror|Mystery\n8,Heat,(no genres listed)\n9,Unseen,Drama\n",
		"ml/ratings.csv", "userId,movieId,rating,timestamp\n1,7,4.0,1\n1,8,3.5,2\n2,8,5.0,3\n2,7,4.5,4\n",
		"ml/tags.csv", "userId,movieId,tag,timestamp\n1,7,Scary,1\n2,7,tape,2\n3,7,scary,3\n",
		"ml/README.txt", "", "__MACOSX/x", "")
	d := load(t, csvFiles, Options{Core: 1})
	assert.Equal(t, []string{"1", "2"}, d.UserIDs)
	assert.Equal(t, []string{"7", "8"}, d.ItemIDs) // nobody has 9
	assert.Equal(t, []Pair{{0, 0}, {1, 0}, {1, 1}}, d.Train.Pairs())
	assert.Equal(t, []Item{
		{Title: "Ring, The", Description: "Horror, Mystery, scary, tape", Category: []string{"Horror"}},
		{Title: "Heat"},
	}, d.Catalog)

	dat := folderOf(
		"movies.dat", "7::Mis\xe9rables, Les (1995)::Drama|Musical\r\n8::Heat::Action\r\n",
		"ratings.dat", "1::7::5::978300760\n1::8::3::978302109\n")
	d = load(t, dat, Options{Core: 1})
	assert.Equal(t, []string{"7"}, d.ItemIDs)
	assert.Equal(t, "Misérables, Les (1995)", d.Catalog[0].Title)

	flags := "|0|0|0|0|0|1|0|0|0|0|0|0|0|0|0|0|1|0|0" // Comedy, Thriller
	d = load(t, folderOf("u.data", "3\t7\t4\t1\n", "u.item", "7|Fargo|01-Jan-1996||http"+flags+"\n"), Options{Core: 1})
	assert.Equal(t, []Item{{Title: "Fargo", Description: "Comedy, Thriller", Category: []string{"Comedy"}}}, d.Catalog)
	d = load(t, folderOf("u.data", "3\t7\t4\t1\n"), Options{Core: 1})
	assert.Equal(t, []string{"7"}, d.ItemIDs)
	assert.Nil(t, d.Catalog)
}

func TestLoadRecBole(t *testing.T) {
	items := "item_id:token\tname:token_seq\tcategories:token_seq\tbrand:token\timage_emb:float_seq\tblurb:token_seq\n" +
		"b\tA Lamp\tHome Light\tAcme\t1 2\tbright\na\tRug\tHome\t\t3 4.5\t\n"
	d := load(t, folderOf("x.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float\nu\ta\t1\t1.5e9\nu\tb\t5\t1.4e9\n",
		"x.item", items, "x.user", "user_id:token\n"), Options{})
	assert.Equal(t, "x", d.Name)
	assert.Equal(t, []string{"b", "a"}, d.ItemIDs)
	assert.Equal(t, 2, d.Train.Len())
	assert.Equal(t, []Item{
		{Title: "A Lamp", Description: "bright", Creator: "Acme", Category: []string{"Home", "Light"}},
		{Title: "Rug", Category: []string{"Home"}},
	}, d.Catalog)
	assert.Equal(t, []Modality{{Name: "image", Rows: dense.Matrix{Rows: 2, Cols: 2, Data: []float32{1, 2, 3, 4.5}}}}, d.Modalities)

	head := "user_id:token\titem_id:token\n"
	d = load(t, folderOf("x.train.inter", head+"u\ta\n", "x.valid.inter", head+"v\ta\n", "x.test.inter", head+"u\tb\n"), Options{})
	assert.Equal(t, []int{1, 1, 1}, []int{d.Train.Len(), d.Valid.Len(), d.Test.Len()})
	assert.Equal(t, []string{"a", "b"}, d.ItemIDs) // training first
	assert.Equal(t, []Pair{{0, 1}}, d.Test.Pairs())
}

func TestLoadCatalog(t *testing.T) {
	inter := "user;item;split;timestamp\nann;7;train;1\nbob;x;test;2\nann;x;valid;3\n"
	d := load(t, folderOf(
		"catalog.json", `[{"id":7,"title":"Fern","creator":"A","category":"Botanical / Fern"},
			{"id":"x","category":["A/B","C"],"licence":"CC0","image":"x.jpg","more":1}]`,
		"interactions.csv", inter, "image.npy", featuresOf(2, 1), "image_has.npy", npyOf("|b1", "2,", 1, 0)), Options{Name: "prints"})
	assert.Equal(t, "prints", d.Name)
	assert.Equal(t, []string{"ann", "bob"}, d.UserIDs)
	assert.Equal(t, []string{"7", "x"}, d.ItemIDs)
	assert.Equal(t, []Item{{Title: "Fern", Creator: "A", Category: []string{"Botanical", "Fern"}},
		{Category: []string{"A/B", "C"}, Licence: "CC0", Image: "x.jpg"}}, d.Catalog)
	assert.Equal(t, []bool{true, false}, d.Modality("image").Has)
	assert.Equal(t, []Pair{{1, 1}}, d.Test.Pairs())

	d = load(t, folderOf("catalog.csv", "id,license,category\na,CC0,/A//B/\nb,,\n",
		"interactions.json", `[{"user":"u","item":"a"},{"user":5,"item":"b","rating":1}]`), Options{})
	assert.Equal(t, []Item{{Licence: "CC0", Category: []string{"A", "B"}}, {}}, d.Catalog)
	assert.Equal(t, []string{"u", "5"}, d.UserIDs)

	d = load(t, folderOf("interactions.json", `[{"user":"u","item":"a","split":"train"},{"user":"u","item":"b","split":"test"}]`), Options{})
	assert.Nil(t, d.Catalog)
	assert.Equal(t, []Pair{{0, 1}}, d.Test.Pairs())
}

func TestLoadOptions(t *testing.T) {
	f := folderOf("interactions.csv", "user,item,rating,timestamp\nu,a,5,1\nu,a,4,0\nu,b,2,1\nv,a,5,1\n")
	_, err := Load(f, Options{})
	assert.ErrorContains(t, err, "line 2 already")
	d := load(t, f, Options{MergeDuplicates: true})
	assert.Equal(t, 3, d.Train.Len())
	d = load(t, f, Options{MergeDuplicates: true, MinRating: 3})
	assert.Equal(t, []string{"a"}, d.ItemIDs)
}

// By hand: i4 has one user; without it u4 has one item, without u4 i3 has one user.
func TestKeepCore(t *testing.T) {
	var b strings.Builder
	b.WriteString("user,item\n")
	for _, p := range []string{"u1,i1", "u1,i2", "u2,i1", "u2,i2", "u3,i1", "u3,i3", "u4,i3", "u3,i2", "u4,i4"} {
		b.WriteString(p + "\n")
	}
	f := folderOf("interactions.csv", b.String(), "catalog.csv", "id,title\ni4,\ni3,\ni2,B\ni1,A\n",
		"image.npy", featuresOf(4, 1), "image_knn.npz", npzOf([]string{"nbr.npy", "cos.npy"},
			npyOf("<i4", "4, 2", 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0),
			npyOf("<f2", "4, 2", 0, 0x3c, 0, 0x38, 0, 0x3c, 0, 0x38, 0, 0x3c, 0, 0x38, 0, 0x3c, 0, 0x38)))
	d := load(t, f, Options{Core: 2})
	assert.Equal(t, []string{"u1", "u2", "u3"}, d.UserIDs)
	assert.Equal(t, []string{"i2", "i1"}, d.ItemIDs)
	assert.Equal(t, []Item{{Title: "B"}, {Title: "A"}}, d.Catalog)
	m := d.Modality("image")
	assert.Equal(t, dense.Matrix{Rows: 2, Cols: 1, Data: []float32{3, 4}}, m.Rows)
	assert.Equal(t, &Neighbors{2, []int32{1, -1, 1, 0}, []float32{.5, 0, 1, .5}}, m.Neighbors)

	_, err := Load(f, Options{Core: 3})
	assert.ErrorContains(t, err, "lower the core")
}

func TestLoadArrays(t *testing.T) {
	want := dense.Matrix{Rows: 2, Cols: 3, Data: []float32{1, 2, 3, 4, 5, 6}}
	var f2, f4, f8, f2T []byte
	for _, x := range want.Data {
		f2 = append(f2, byte(toHalf(x)), byte(toHalf(x)>>8))
		f4 = le32(f4, math.Float32bits(x))
		f8 = le32(le32(f8, uint32(math.Float64bits(float64(x)))), uint32(math.Float64bits(float64(x))>>32))
	}
	for _, x := range []float32{1, 4, 2, 5, 3, 6} {
		f2T = append(f2T, byte(toHalf(x)), byte(toHalf(x)>>8))
	}
	column := strings.Replace(npyOf("<f2", "2, 3", f2T...), "False, ", "True, ", 1)
	column = strings.Replace(column, ", } ", ", }  ", 1) // as long as before
	version2 := "\x93NUMPY\x02\x00" + npyOf("<f4", "2, 3", f4...)[8:10] + "\x00\x00" + npyOf("<f4", "2, 3", f4...)[10:]
	for name, b := range map[string]string{
		"float16": npyOf("<f2", "2, 3", f2...), "float32": npyOf("<f4", "2, 3", f4...), "float64": npyOf("<f8", "2, 3", f8...),
		"column-major": column, "version 2": version2,
	} {
		a, err := parseNpy("x.npy", []byte(b))
		require.NoError(t, err, name)
		m, err := a.matrix()
		require.NoError(t, err, name)
		assert.Equal(t, want, m, name)
	}
}

// Short lists end in -1 or, as the graph package computes them, in the item itself.
func TestNeighborListsMayEndEarly(t *testing.T) {
	n := &Neighbors{3, []int32{0, 1, -1, 1, 1, 1}, []float32{1, .5, 0, 0, 0, 0}}
	b, err := writeNeighbors(n, false)
	require.NoError(t, err)
	d := load(t, folderOf("x.inter", goodInter, "image_knn.npz", string(b)), Options{})
	assert.Equal(t, n, d.Modality("image").Neighbors)
}

func le32(b []byte, x uint32) []byte {
	return append(b, byte(x), byte(x>>8), byte(x>>16), byte(x>>24))
}

// Every binary16 survives the way to float32 and back; values between two of them go to
// the nearer one, ties to the even one.
func TestHalf(t *testing.T) {
	for h := range 1 << 16 {
		x := fromHalf(uint16(h))
		if x != x {
			assert.Equal(t, uint16(0x7e00), toHalf(x)&0x7e00)
			continue
		}
		if toHalf(x) != uint16(h) {
			t.Fatalf("%#x → %v → %#x", h, x, toHalf(x))
		}
	}
	// Literals from IEEE 754: 1, the largest finite and the smallest subnormal number.
	assert.Equal(t, []float32{1, 65504, 0x1p-24}, []float32{fromHalf(0x3c00), fromHalf(0x7bff), fromHalf(1)})
	for h := range uint16(0x7bff) {
		lo, hi := fromHalf(h), fromHalf(h+1)
		even := h + h&1
		assert.Equal(t, even, toHalf((lo+hi)/2))
		assert.Equal(t, h, toHalf(math.Nextafter32((lo+hi)/2, 0)))
		assert.Equal(t, h+1, toHalf(math.Nextafter32((lo+hi)/2, 1e9)))
	}
	assert.Equal(t, uint16(0x7bff), toHalf(65519))
	assert.Equal(t, uint16(0x7c00), toHalf(65520))
	assert.Equal(t, uint16(0xfc00), toHalf(float32(math.Inf(-1))))
}

func TestOpenZip(t *testing.T) {
	z := npzOf([]string{"set/a.inter"}, "userID\titemID\n0\t0\n")
	fsys, err := OpenZip([]byte(z))
	require.NoError(t, err)
	assert.Equal(t, "a", load(t, fsys, Options{}).Name)

	_, err = OpenZip([]byte(z[:len(z)-9]))
	assert.ErrorContains(t, err, "not a complete zip")

	// A directory entry that claims 3 GiB, and one that claims less than there is.
	claim := func(size uint64) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		part, err := w.CreateRaw(&zip.FileHeader{Name: "a.inter", Method: zip.Store, UncompressedSize64: size, CompressedSize64: 4})
		require.NoError(t, err)
		part.Write([]byte("abcd"))
		require.NoError(t, w.Close())
		return b.Bytes()
	}
	_, err = OpenZip(claim(3 << 30))
	assert.ErrorContains(t, err, "2 GiB")
	fsys, err = OpenZip(claim(2))
	require.NoError(t, err)
	_, err = Load(fsys, Options{})
	assert.ErrorContains(t, err, "cannot be read")

	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for k := range maxEntries + 1 {
		w.Create(fmt.Sprint(k))
	}
	w.Close()
	_, err = OpenZip(b.Bytes())
	assert.ErrorContains(t, err, "too many files")
}

// randomDataset has catalogue, features that float16 holds, a mask and neighbours.
func randomDataset(s *rng.Stream) *Dataset {
	users, items := 1+s.IntN(8), 1+s.IntN(12)
	d := &Dataset{Name: "random"}
	var part [3][]Pair
	for u := range users {
		d.UserIDs = append(d.UserIDs, fmt.Sprintf("u,%d \"ß\"", u))
		sure := s.IntN(items)
		for i := range items {
			if i == sure || s.IntN(3) == 0 {
				l := s.IntN(3)
				if u == 0 && i == sure {
					l = labelTrain // at least one
				}
				part[l] = append(part[l], Pair{int32(u), int32(i)})
			}
		}
	}
	for i := range items {
		d.ItemIDs = append(d.ItemIDs, fmt.Sprintf("i/%d", i))
		it := Item{Title: strings.Repeat("T\n", s.IntN(3)), Description: "<&>\u2028", Image: fmt.Sprint(i)}
		for range s.IntN(3) {
			it.Category = append(it.Category, fmt.Sprintf("c/%d", s.IntN(3)))
		}
		d.Catalog = append(d.Catalog, it)
	}
	d.Train, d.Valid, d.Test = mustFromPairs(users, items, part[0]), mustFromPairs(users, items, part[1]), mustFromPairs(users, items, part[2])
	m := Modality{Name: "image", Rows: dense.New(items, 1+s.IntN(4)), Has: make([]bool, items)}
	for k := range m.Rows.Data {
		m.Rows.Data[k] = float32(s.IntN(2048)-1024) / 64
	}
	n := &Neighbors{K: min(items, 1+s.IntN(3))}
	for i := range items {
		m.Has[i] = s.IntN(2) == 0
		for k, j := range s.Perm(items)[:n.K] {
			n.ItemID, n.Cos = append(n.ItemID, int32(j)), append(n.Cos, 1-float32(k)/8)
		}
	}
	m.Neighbors = n
	d.Modalities = []Modality{m, {Name: "text", Rows: dense.New(items, 1)}}
	return d
}

func TestWriteCatalogIsTheInverseOfLoad(t *testing.T) {
	s := rng.New(4).Stream()
	for n := range 60 {
		d := randomDataset(&s)
		if n%3 == 0 {
			d.Catalog = nil
		}
		files, err := WriteCatalog(d, n%2 == 0)
		require.NoError(t, err)
		again, err := WriteCatalog(d, n%2 == 0)
		require.NoError(t, err)
		assert.Equal(t, files, again)
		var z bytes.Buffer
		require.NoError(t, WriteZip(&z, files))
		fsys, err := OpenZip(z.Bytes())
		require.NoError(t, err)
		assert.Equal(t, d, load(t, fsys, Options{Name: d.Name}))
	}
}

func TestWriteCatalogRefuses(t *testing.T) {
	s := rng.New(5).Stream()
	for name, spoil := range map[string]func(d *Dataset){
		"empty id":       func(d *Dataset) { d.ItemIDs[0] = "" },
		"blank at end":   func(d *Dataset) { d.UserIDs[0] = "u " },
		"same id twice":  func(d *Dataset) { d.UserIDs = append(d.UserIDs, d.UserIDs[0]) },
		"idle user":      func(d *Dataset) { d.Train, d.Valid, d.Test = emptyLike(d), emptyLike(d), emptyLike(d) },
		"odd modality":   func(d *Dataset) { d.Modalities[1].Name = "a_b" },
		"hollow":         func(d *Dataset) { d.Modalities[1].Rows.Cols = 0 },
		"NaN":            func(d *Dataset) { d.Modalities[1].Rows.Data[0] = float32(math.NaN()) },
		"beyond float16": func(d *Dataset) { d.Modalities[1].Rows.Data[0] = 1e6 },
	} {
		d := randomDataset(&s)
		spoil(d)
		_, err := WriteCatalog(d, true)
		var e *Error
		assert.ErrorAs(t, err, &e, name)
	}
}

func emptyLike(d *Dataset) *Interactions { return mustFromPairs(d.Users(), d.Items(), nil) }

func TestErrorReadsAsOneSentence(t *testing.T) {
	e := &Error{File: "a.csv", Line: 3, Value: strings.Repeat("é", 40), Problem: "the rating is odd", Remedy: "mend it"}
	assert.Equal(t, `a.csv, line 3: the rating is odd: "`+strings.Repeat("é", 30)+`…"; mend it`, e.Error())
	var target *Error
	assert.True(t, errors.As(fmt.Errorf("open: %w", e), &target))
}
