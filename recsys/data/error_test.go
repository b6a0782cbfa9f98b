package data

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	goodInter   = "userID\titemID\tx_label\n0\t0\t0\n0\t1\t1\n1\t1\t0\n"
	goodCatalog = "id,title\na,A\nb,B\n"
	goodClicks  = "user,item\nu,a\nu,b\n"
)

func withInter(lines string) fstest.MapFS {
	return folderOf("x.inter", "userID\titemID\tx_label\n"+lines)
}

func withArray(name, content string) fstest.MapFS {
	return folderOf("x.inter", goodInter, name, content)
}

func knnOf(nbr, cos string) string { return npzOf([]string{"nbr.npy", "cos.npy"}, nbr, cos) }

// Every kind of bad data is refused with the place, the value and a sentence.
func TestLoadErrors(t *testing.T) {
	f4 := func(words ...byte) string { // 2×1 float32
		return npyOf("<f4", "2, 1", words...)
	}
	cos := npyOf("<f2", "2, 1", 0, 0x3c, 0, 0x3c)
	huge := npyOf("<f4", "1000000000, 4096")
	for _, c := range []struct {
		name  string
		fsys  fstest.MapFS
		file  string
		line  int
		value string
		want  string
	}{
		{"nothing known", folderOf("notes.txt", "hi"), "", 0, "notes.txt", "no known data set"},
		{"nothing at all", folderOf(), "", 0, "", "no known data set"},
		{"empty file", folderOf("x.inter", ""), "x.inter", 0, "", "empty"},
		{"header only", withInter(""), "x.inter", 0, "", "no interactions"},
		{"no training interaction", withInter("0\t0\t1\n"), "x.inter", 0, "", "for training"},
		{"two .inter files", folderOf("x.inter", goodInter, "y.inter", goodInter), "", 0, "x.inter y.inter", "more than one"},
		{"duplicate pair", withInter("0\t1\t0\n1\t1\t0\n0\t1\t0\n"), "x.inter", 4, "0 1", "line 2 already"},
		{"pair in two parts", withInter("0\t1\t0\n0\t1\t2\n"), "x.inter", 3, "0 1", "line 2 already"},
		{"missing column", folderOf("x.inter", "userID\tthing\n0\t0\n"), "x.inter", 1, "userID thing", "no column itemID"},
		{"ragged line", withInter("0\t0\t0\n0\t1\n"), "x.inter", 3, "0 1", "has 2 cells where the header has 3"},
		{"label outside 0..2", withInter("0\t0\t3\n"), "x.inter", 2, "3", "none of 0, 1, 2"},
		{"negative id", withInter("-1\t0\t0\n"), "x.inter", 2, "-1", "userID is negative"},
		{"very negative id", withInter("-99999999999999999999\t0\t0\n"), "x.inter", 2, "-99999999999999999999", "negative"},
		{"id too big", withInter("0\t99999999999999999999\t0\n"), "x.inter", 2, "99999999999999999999", "itemID is too big"},
		{"id beyond 2^24", withInter("0\t16777216\t0\n"), "x.inter", 2, "16777216", "too big"},
		{"id far beyond the data", withInter("0\t0\t0\n16000000\t0\t0\n"), "x.inter", 0, "16000000", "largest userID"},
		{"item far beyond the data", withInter("0\t0\t0\n0\t16000000\t0\n"), "x.inter", 0, "16000000", "largest itemID"},
		{"id not a number", withInter("zero\t0\t0\n"), "x.inter", 2, "zero", "not a whole number"},
		{"time not a number", folderOf("x.inter", "userID\titemID\ttimestamp\n0\t0\tnoon\n"), "x.inter", 2, "noon", "not a finite number"},
		{"not UTF-8", withInter("0\t0\t0\n\xff\t0\t0\n"), "x.inter", 3, `"\xff"`, "not UTF-8"},
		{"UTF-16", folderOf("x.inter", "\xff\xfeu\x00s\x00"), "x.inter", 1, "", "UTF-16"},

		{"wrong number of rows", withArray("image.npy", npyOf("<f4", "1, 1", 0, 0, 128, 63)), "", 0, "1 rows", "another number of rows"},
		{"modalities disagree", folderOf("x.inter", goodInter, "a.npy", featuresOf(2, 1), "b.npy", featuresOf(3, 1)), "", 0, "3 rows", "modality b"},
		{"NaN", withArray("image.npy", f4(0, 0, 0, 0, 0, 0, 192, 127)), "image.npy", 0, "NaN", "row 1, column 0"},
		{"Inf", withArray("image.npy", f4(0, 0, 0, 0, 0, 0, 128, 255)), "image.npy", 0, "-Inf", "not a finite"},
		{"float64 beyond float32", withArray("image.npy", npyOf("<f8", "1, 1", 0, 0, 0, 0, 0, 0, 0xf0, 0x7e)), "image.npy", 0, "+Inf", "not a finite"},
		{"integers as features", withArray("image.npy", npyOf("<i4", "2, 1", 0, 0, 0, 0, 0, 0, 0, 0)), "image.npy", 0, "<i4", "dtype is not float16"},
		{"big-endian", withArray("image.npy", npyOf(">f4", "2, 1", 0, 0, 0, 0, 0, 0, 0, 0)), "image.npy", 0, ">f4", "dtype"},
		{"Python objects", withArray("image.npy", npyOf("|O", "2, 1")), "image.npy", 0, "|O", "Python objects"},
		{"structured array", withArray("image.npy", strings.Replace(npyOf("X", "2,"), "'X'", "[('a', '<f4')]", 1)), "image.npy", 0, "", "header"},
		{"one dimension", withArray("image.npy", npyOf("<f4", "2,", 0, 0, 0, 0, 0, 0, 0, 0)), "image.npy", 0, "[2]", "not items × features"},
		{"no features", withArray("image.npy", npyOf("<f4", "2, 0")), "image.npy", 0, "[2 0]", "not items × features"},
		{"not npy", withArray("image.npy", "PK\x03\x04............"), "image.npy", 0, "", "not an .npy"},
		{"cut in the magic", withArray("image.npy", "\x93NUM"), "image.npy", 0, "", "not an .npy"},
		{"cut in the header", withArray("image.npy", f4()[:40]), "image.npy", 0, "", "cut short inside its header"},
		{"cut in the payload", withArray("image.npy", f4(0, 0, 0, 0, 0, 0, 0)), "image.npy", 0, "[2 1]", "asks for 8 bytes and 7 follow"},
		{"too long", withArray("image.npy", f4(0, 0, 0, 0, 0, 0, 0, 0, 0)), "image.npy", 0, "[2 1]", "1 bytes follow"},
		{"a billion rows claimed", withArray("image.npy", huge), "image.npy", 0, "[1000000000 4096]", "too large"},
		{"2^63 rows claimed", withArray("image.npy", npyOf("<f4", "9223372036854775807, 4")), "image.npy", 0, "", "too large"},
		{"2^64 rows claimed", withArray("image.npy", npyOf("<f4", "18446744073709551616, 4")), "image.npy", 0, "", "header"},
		{"version 9", withArray("image.npy", "\x93NUMPY\x09\x00"+f4()[8:]), "image.npy", 0, "9.0", "version"},
		{"two files of one modality", folderOf("x.inter", goodInter, "image.npy", featuresOf(2, 1), "image_feat.npy", featuresOf(2, 1)),
			"image_feat.npy", 0, "image", "second file"},
		{"nameless modality", withArray("_feat.npy", featuresOf(2, 1)), "_feat.npy", 0, "", "begin with a modality"},
		{"mask of another length", folderOf("x.inter", goodInter, "image.npy", featuresOf(2, 1), "image_has.npy", npyOf("|b1", "1,", 1)),
			"image_has.npy", 0, "1", "mask"},
		{"mask of floats", withArray("image_has.npy", featuresOf(2, 1)), "image_has.npy", 0, "<f4", "bool"},
		{"mask alone", withArray("image_has.npy", npyOf("|b1", "2,", 1, 1)), "image_has.npy", 0, "2", "mask"},

		{"npz cut short", withArray("image_knn.npz", knnOf(cos, cos)[:60]), "image_knn.npz", 0, "", "not a complete .npz"},
		{"npz array cut short", withArray("image.npz", npzOf([]string{"a.npy"}, f4(0))), "image.npz/a.npy", 0, "[2 1]", "cut short"},
		{"npz of two arrays", withArray("image.npz", npzOf([]string{"a.npy", "b.npy"}, f4(), f4())), "image.npz/a.npy", 0, "", "cut short"},
		{"npz of two whole arrays", withArray("image.npz", npzOf([]string{"a.npy", "b.npy"}, featuresOf(2, 1), featuresOf(2, 1))), "image.npz", 0, "2 arrays", "neither"},
		{"neighbours without cos", withArray("image_knn.npz", npzOf([]string{"nbr.npy"}, npyOf("<i4", "1, 1", 0, 0, 0, 0))), "image_knn.npz/nbr.npy", 0, "", "no array cos"},
		{"neighbours as floats", withArray("image_knn.npz", knnOf(cos, cos)), "image_knn.npz/nbr.npy", 0, "<f2", "int32"},
		{"neighbours of another shape", withArray("image_knn.npz", knnOf(npyOf("<i4", "1, 1", 0, 0, 0, 0), cos)), "image_knn.npz/cos.npy", 0, "[2 1]", "differs"},
		{"neighbour that does not exist", withArray("image_knn.npz", knnOf(npyOf("<i4", "2, 1", 0, 0, 0, 0, 2, 0, 0, 0), cos)), "image_knn.npz/nbr.npy", 0, "2 (1)", "row 1 names an item that does not exist"},
		{"neighbour named twice", withArray("image_knn.npz", knnOf(npyOf("<i4", "1, 2", 0, 0, 0, 0, 0, 0, 0, 0), npyOf("<f2", "1, 2", 0, 0x3c, 0, 0x3c))),
			"image_knn.npz/nbr.npy", 0, "0 (1)", "twice"},
		{"cosines rise", withArray("image_knn.npz", knnOf(npyOf("<i4", "2, 2", 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0), npyOf("<f2", "2, 2", 0, 0x38, 0, 0x3c, 0, 0x3c, 0, 0x3c))),
			"image_knn.npz/nbr.npy", 0, "1 (1)", "row 0 is not ordered"},
		{"cosine of two", withArray("image_knn.npz", knnOf(npyOf("<i4", "2, 1", 0, 0, 0, 0, 1, 0, 0, 0), npyOf("<f2", "2, 1", 0, 0x3c, 0, 0x40))),
			"image_knn.npz/nbr.npy", 0, "1 (2)", "outside -1..1"},
		{"neighbour beyond 32 bits", withArray("image_knn.npz", knnOf(npyOf("<i8", "1, 1", 0, 0, 0, 0, 1, 0, 0, 0), npyOf("<f2", "1, 1", 0, 0x3c))),
			"image_knn.npz/nbr.npy", 0, "4294967296", "too big"},
		{"neighbours and features disagree", folderOf("x.inter", goodInter, "image.npy", featuresOf(3, 1),
			"image_knn.npz", knnOf(npyOf("<i4", "2, 1", 0, 0, 0, 0, 1, 0, 0, 0), cos)), "", 0, "2 and 3 rows", "different numbers"},

		{"catalogue without interactions", folderOf("catalog.csv", goodCatalog), "", 0, "catalog.csv", "no interactions.csv"},
		{"catalogue without items", folderOf("catalog.csv", "id\n", "interactions.csv", goodClicks), "catalog.csv", 0, "", "catalogue is empty"},
		{"item without id", folderOf("catalog.csv", "id,title\n,A\n", "interactions.csv", goodClicks), "catalog.csv", 2, "", "id is empty"},
		{"id twice", folderOf("catalog.csv", "id\na\na\n", "interactions.csv", goodClicks), "catalog.csv", 3, "a", "used for an item before"},
		{"unknown item", folderOf("catalog.csv", "id\nfern\nrose\n", "interactions.csv", "user,item\nu,fren\n"), "interactions.csv", 2, "fren", "not in the catalogue"},
		{"quotes open", folderOf("catalog.csv", "id,title\na,\"A\n", "interactions.csv", goodClicks), "catalog.csv", 2, "", "quotes"},
		{"unknown split", folderOf("interactions.csv", "user,item,split\nu,a,dev\n"), "interactions.csv", 2, "dev", "split is none of"},
		{"user missing", folderOf("interactions.csv", "user,item\n,a\n"), "interactions.csv", 2, "", "user is empty"},
		{"features without catalogue", folderOf("interactions.csv", goodClicks, "image.npy", featuresOf(2, 1)), "", 0, "image", "no catalogue"},
		{"features of three items for two", folderOf("catalog.csv", goodCatalog, "interactions.csv", goodClicks, "image.npy", featuresOf(3, 1)), "", 0, "3 rows", "catalogue has items, 2"},
		{"JSON is an object", folderOf("catalog.json", "{}", "interactions.csv", goodClicks), "catalog.json", 1, "", "not a JSON list"},
		{"JSON cut short", folderOf("catalog.json", "[{\"id\":1},\n", "interactions.csv", goodClicks), "catalog.json", 2, "", "not a JSON list"},
		{"JSON with more behind it", folderOf("catalog.json", "[{\"id\":1}]\n]", "interactions.csv", goodClicks), "catalog.json", 2, "]", "follows the JSON list"},
		{"JSON with a comma behind it", folderOf("catalog.json", "[{\"id\":1}],", "interactions.csv", goodClicks), "catalog.json", 1, ",", "follows the JSON list"},
		{"JSON field of another kind", folderOf("catalog.json", "[\n{\"id\":1,\"title\":5}]", "interactions.csv", goodClicks), "catalog.json", 2, "", "title is a number"},
		{"JSON id of another kind", folderOf("catalog.json", "[{\"id\":1.5}]", "interactions.csv", goodClicks), "catalog.json", 1, "", "identifier"},
		{"JSON item without id", folderOf("catalog.json", "[{\"title\":\"A\"}]", "interactions.csv", goodClicks), "catalog.json", 1, "", "no id"},
		{"JSON interaction without item", folderOf("interactions.json", "[\n{\"user\":1}]"), "interactions.json", 2, "", "lacks"},
		{"JSON split of some", folderOf("interactions.json", "[{\"user\":1,\"item\":1},\n{\"user\":1,\"item\":2,\"split\":\"test\"}]"), "interactions.json", 2, "test", "only some"},

		{"unknown film", folderOf("movies.csv", "movieId,title,genres\n1,A,\n", "ratings.csv", "userId,movieId,rating\n1,2,5\n"), "ratings.csv", 2, "2", "not in the catalogue"},
		{"rating in words", folderOf("movies.csv", "movieId,title,genres\n1,A,\n", "ratings.csv", "userId,movieId,rating\n1,1,five\n"), "ratings.csv", 2, "five", "rating is not a finite"},
		{"all ratings low", folderOf("movies.csv", "movieId,title,genres\n1,A,\n", "ratings.csv", "userId,movieId,rating\n1,1,1\n"), "ratings.csv", 0, "", "lower the least rating"},
		{"core too high", folderOf("movies.csv", "movieId,title,genres\n1,A,\n", "ratings.csv", "userId,movieId,rating\n1,1,5\n"), "ratings.csv", 0, "", "with 5 interactions"},
		{"tag of an unknown film", folderOf("movies.csv", "movieId,title,genres\n1,A,\n", "tags.csv", "userId,movieId,tag\n1,3,x\n", "ratings.csv", ""), "tags.csv", 2, "3", "not in movies.csv"},

		{"column without type", folderOf("x.inter", "user_id:token\titem_id\n"), "x.inter", 1, "item_id", "no type"},
		{"unknown part", folderOf("x.train.inter", "user_id:token\titem_id:token\n", "x.dev.inter", "a:token\n"), "x.dev.inter", 0, "dev", "part in the file's name"},
		{"vectors of two lengths", folderOf("x.inter", "user_id:token\titem_id:token\nu\ta\n", "x.item", "item_id:token\timg:float_seq\na\t1 2\nb\t1\n"), "x.item", 3, "1", "another length"},
		{"vector of words", folderOf("x.inter", "user_id:token\titem_id:token\nu\ta\n", "x.item", "item_id:token\timg:float_seq\na\t1 x\n"), "x.item", 2, "x", "finite numbers"},
		{"vector of NaN", folderOf("x.inter", "user_id:token\titem_id:token\nu\ta\n", "x.item", "item_id:token\timg:float_seq\na\tNaN\n"), "x.item", 2, "NaN", "finite numbers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := Load(c.fsys, Options{})
			assert.Nil(t, d)
			var e *Error
			require.ErrorAs(t, err, &e)
			assert.Contains(t, e.Error(), c.want)
			assert.Equal(t, c.file, e.File, e.Error())
			assert.Equal(t, c.line, e.Line, e.Error())
			if c.value != "" {
				assert.Equal(t, c.value, e.Value, e.Error())
			}
		})
	}
}

func TestUnknownItemsAreSuggested(t *testing.T) {
	_, err := Load(folderOf("catalog.csv", "id\nfern\nrose\n", "interactions.csv", "user,item\nu,fren\n"), Options{})
	assert.EqualError(t, err, `interactions.csv, line 2: the item is not in the catalogue: "fren"; did you mean "fern"?`)
}

func TestNearest(t *testing.T) {
	names := []string{"", "Ernst Haeckel", "Anna Atkins", "Anne Atkins", "19"}
	for written, want := range map[string]string{
		"Ernst Häckel": "Ernst Haeckel", // two edits of twelve letters
		"Ana Atkins":   "Anna Atkins",   // one edit either way: the first
		"Atkins":       "",              // five edits of six letters
		"91":           "",
		"1":            "19",
		"":             "",
	} {
		assert.Equal(t, want, nearest(written, names), written)
	}
}

// A file system whose files fail on reading, as a dropped folder's may.
type broken struct{ fstest.MapFS }

func (b broken) ReadFile(string) ([]byte, error) { return nil, fs.ErrPermission }

func TestReadFailuresNameTheFile(t *testing.T) {
	_, err := Load(broken{folderOf("x.inter", goodInter)}, Options{})
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "x.inter", e.File)
}

// Byte order marks, CRLF, blank lines and a missing last line end are all right.
func TestAcceptedOddities(t *testing.T) {
	want := load(t, folderOf("x.inter", goodInter), Options{})
	for name, content := range map[string]string{
		"byte order mark": "\ufeff" + goodInter,
		"CRLF":            strings.ReplaceAll(goodInter, "\n", "\r\n"),
		"no last end":     strings.TrimSuffix(goodInter, "\n"),
		"blank lines":     strings.ReplaceAll(goodInter, "\n", "\n\n"),
		"blanks in cells": strings.ReplaceAll(goodInter, "\t", " \t "),
	} {
		assert.Equal(t, want, load(t, folderOf("x.inter", content), Options{}), name)
	}
}
