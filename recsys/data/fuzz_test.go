package data

import (
	"errors"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// checkLoad loads hostile files: the outcome is a sound data set or an *Error.
func checkLoad(t *testing.T, fsys fstest.MapFS) {
	d, err := Load(fsys, Options{Core: 1, MergeDuplicates: true})
	if err != nil {
		var e *Error
		require.True(t, errors.As(err, &e), "%T %v", err, err)
		require.Nil(t, d)
		require.NotEmpty(t, e.Problem)
		return
	}
	require.Positive(t, d.Train.Len())
	for _, x := range []*Interactions{d.Train, d.Valid, d.Test} {
		y, err := FromPairs(d.Users(), d.Items(), x.Pairs())
		require.NoError(t, err)
		require.Equal(t, x, y)
	}
	if d.Catalog != nil {
		require.Len(t, d.Catalog, d.Items())
	}
	for _, m := range d.Modalities {
		require.Equal(t, d.Items(), m.Rows.Rows)
		require.Len(t, m.Rows.Data, m.Rows.Rows*m.Rows.Cols)
	}
}

func FuzzInter(f *testing.F) {
	f.Add([]byte(goodInter), []byte(featuresOf(2, 1)))
	f.Add([]byte("userID\titemID\ttimestamp\r\n0\t1\t5\r\n"), []byte{})
	f.Add([]byte("user_id:token\titem_id:token\trating:float\nu\ti\t4\n"), []byte{})
	f.Fuzz(func(t *testing.T, inter, features []byte) {
		fsys := folderOf("x.inter", string(inter))
		if len(features) > 0 {
			fsys["image.npy"] = &fstest.MapFile{Data: features}
		}
		checkLoad(t, fsys)
	})
}

func FuzzRecBoleItems(f *testing.F) {
	f.Add([]byte("item_id:token\ttitle:token_seq\tgenre:token_seq\timg_e:float_seq\na\tA B\tx y\t1 2\n"))
	f.Fuzz(func(t *testing.T, items []byte) {
		checkLoad(t, folderOf("x.inter", "user_id:token\titem_id:token\nu\ta\n", "x.item", string(items)))
	})
}

func FuzzCatalog(f *testing.F) {
	f.Add([]byte(`[{"id":1,"title":"A","category":["x","y"]},{"id":"b","category":"x/y"}]`), []byte(`[{"user":1,"item":1,"split":"train"}]`), true)
	f.Add([]byte(goodCatalog), []byte(goodClicks), false)
	f.Add([]byte("id;title\na;\"A;\"\"B\"\"\"\n"), []byte("user,item,rating,timestamp,split\nu,a,3,1,0\n"), false)
	f.Fuzz(func(t *testing.T, catalog, inter []byte, asJSON bool) {
		if asJSON {
			checkLoad(t, folderOf("catalog.json", string(catalog), "interactions.json", string(inter)))
		} else {
			checkLoad(t, folderOf("catalog.csv", string(catalog), "interactions.csv", string(inter)))
		}
	})
}

func FuzzMovieLens(f *testing.F) {
	f.Add([]byte("movieId,title,genres\n1,A,x|y\n"), []byte("userId,movieId,rating,timestamp\n1,1,5,1\n"), []byte("userId,movieId,tag\n1,1,t\n"), byte(0))
	f.Add([]byte("1::A::x|y\n"), []byte("1::1::5::1\n"), []byte{}, byte(1))
	f.Add([]byte("1|A|||"+"|0|1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n"), []byte("1\t1\t5\t1\n"), []byte{}, byte(2))
	f.Fuzz(func(t *testing.T, films, ratings, tags []byte, layout byte) {
		switch layout % 3 {
		case 0:
			checkLoad(t, folderOf("movies.csv", string(films), "ratings.csv", string(ratings), "tags.csv", string(tags)))
		case 1:
			checkLoad(t, folderOf("movies.dat", string(films), "ratings.dat", string(ratings)))
		case 2:
			checkLoad(t, folderOf("u.item", string(films), "u.data", string(ratings)))
		}
	})
}

func FuzzNpy(f *testing.F) {
	f.Add([]byte(featuresOf(3, 2)))
	f.Add([]byte(npyOf("<f2", "1, 2", 0, 0x3c, 0, 0x3c)))
	f.Add([]byte(npyOf("<i8", "1, 1", 1, 0, 0, 0, 0, 0, 0, 0)))
	f.Add([]byte(npyOf("|b1", "3,", 1, 0, 1)))
	f.Add([]byte(npyOf("<f8", "()")))
	f.Add([]byte(npyOf("<f4", "1000000000, 4096")))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := parseNpy("x.npy", b)
		if err != nil {
			return
		}
		if m, err := a.matrix(); err == nil {
			require.Len(t, m.Data, m.Rows*m.Cols)
			again, err := writeMatrix(m, false)
			require.NoError(t, err)
			back, err := parseNpy("x.npy", again)
			require.NoError(t, err)
			n, err := back.matrix()
			require.NoError(t, err)
			require.Equal(t, m, n)
		}
		a.indices()
		a.mask()
	})
}

func FuzzNpz(f *testing.F) {
	nbr, cos := npyOf("<i4", "2, 1", 0, 0, 0, 0, 1, 0, 0, 0), npyOf("<f2", "2, 1", 0, 0x3c, 0, 0x3c)
	f.Add([]byte(knnOf(nbr, cos)))
	f.Add([]byte(npzOf([]string{"arr_0.npy"}, featuresOf(2, 2))))
	f.Fuzz(func(t *testing.T, b []byte) {
		checkLoad(t, folderOf("x.inter", goodInter, "image_knn.npz", string(b)))
	})
}

// The arrays inside a file of neighbours, without the zip that guards them by checksums.
func FuzzNeighbors(f *testing.F) {
	f.Add([]byte(npyOf("<i4", "2, 1", 0, 0, 0, 0, 1, 0, 0, 0)), []byte(npyOf("<f2", "2, 1", 0, 0x3c, 0, 0x3c)))
	f.Fuzz(func(t *testing.T, nbr, cos []byte) {
		checkLoad(t, folderOf("x.inter", goodInter, "image_knn.npz", npzOf([]string{"nbr.npy", "cos.npy"}, string(nbr), string(cos))))
	})
}

func FuzzZip(f *testing.F) {
	f.Add([]byte(npzOf([]string{"d/x.inter", "d/image.npy"}, goodInter, featuresOf(2, 1))))
	f.Add([]byte(npzOf([]string{"catalog.csv", "interactions.csv"}, goodCatalog, goodClicks)))
	f.Fuzz(func(t *testing.T, b []byte) {
		fsys, err := OpenZip(b)
		if err != nil {
			return
		}
		if d, err := Load(fsys, Options{}); err != nil {
			var e *Error
			require.True(t, errors.As(err, &e), "%T %v", err, err)
			require.Nil(t, d)
		}
	})
}
