package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree is a Tree that remembers its leaves.
type tree struct {
	Tree
	leaves []Hash
}

func (x *tree) add(content []byte) {
	x.leaves = append(x.leaves, LeafHash(content))
	x.Append(x.leaves[len(x.leaves)-1])
}

func grown(n int) *tree {
	x := &tree{}
	for k := range n {
		x.add(fmt.Appendf(nil, "leaf %d", k))
	}
	return x
}

// mth is the definition (RFC 6962, 2.1), word by word.
func mth(leaves []Hash) Hash {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	default:
		k := 1
		for 2*k < n {
			k *= 2
		}
		return Join(mth(leaves[:k]), mth(leaves[k:]))
	}
}

// The inputs and roots of Certificate Transparency's own tests (certificate-transparency, merkletree/merkle_tree_test.cc).
func TestRootsOfCertificateTransparency(t *testing.T) {
	x := &tree{}
	for k, c := range []struct{ leaf, root string }{
		{"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
		{"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
		{"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
		{"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
		{"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
		{"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
		{"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
		{"606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
	} {
		leaf, err := hex.DecodeString(c.leaf)
		require.NoError(t, err)
		x.add(leaf)
		root, err := Root(k+1, x.Nodes)
		require.NoError(t, err)
		assert.Equal(t, c.root, hex.EncodeToString(root[:]), k+1)
	}
	empty, err := Root(0, x.Nodes)
	require.NoError(t, err)
	assert.Equal(t, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", hex.EncodeToString(empty[:]))
}

func TestProofs(t *testing.T) {
	const most = 40
	x := grown(most)
	for n := 1; n <= most; n++ {
		root, err := Root(n, x.Nodes)
		require.NoError(t, err)
		require.Equal(t, mth(x.leaves[:n]), root)
		for m := range n {
			path, err := Inclusion(m, n, x.Nodes)
			require.NoError(t, err)
			require.True(t, VerifyInclusion(x.leaves[m], m, n, path, root), "%d of %d", m, n)
			require.False(t, VerifyInclusion(LeafHash([]byte("another")), m, n, path, root))
			require.False(t, VerifyInclusion(x.leaves[m], m, n, append(path, Hash{}), root))
			if len(path) > 0 {
				require.False(t, VerifyInclusion(x.leaves[m], m, n, path[1:], root))
				path[0][0] ^= 1
				require.False(t, VerifyInclusion(x.leaves[m], m, n, path, root))
			}
			if m > 0 {
				require.False(t, VerifyInclusion(x.leaves[m-1], m, n, path, root))
			}
		}
		for m := 1; m <= n; m++ {
			before := mth(x.leaves[:m])
			path, err := Consistency(m, n, x.Nodes)
			require.NoError(t, err)
			require.True(t, VerifyConsistency(m, n, before, root, path), "%d in %d", m, n)
			require.False(t, VerifyConsistency(m, n, LeafHash(nil), root, path))
			require.False(t, VerifyConsistency(m, n, before, LeafHash(nil), path))
			if len(path) > 0 {
				path[len(path)-1][0] ^= 1
				require.False(t, VerifyConsistency(m, n, before, root, path))
			}
		}
	}
}

// A log that took a leaf out again cannot show that it grew.
func TestARewrittenLogIsNotConsistent(t *testing.T) {
	honest, rewritten := grown(9), &tree{}
	for k := range 13 {
		if k != 4 {
			rewritten.add(fmt.Appendf(nil, "leaf %d", k))
		}
	}
	path, err := Consistency(9, 12, rewritten.Nodes)
	require.NoError(t, err)
	assert.False(t, VerifyConsistency(9, 12, mth(honest.leaves), mth(rewritten.leaves), path))
}

// A proof asks for a number of nodes that grows like the logarithm.
func TestProofsAskForLittle(t *testing.T) {
	asked := 0
	count := func(list []Node) ([]Hash, error) {
		asked += len(list)
		return make([]Hash, len(list)), nil
	}
	_, err := Inclusion(123456789, 987654321, count)
	require.NoError(t, err)
	assert.LessOrEqual(t, asked, 90)
}
