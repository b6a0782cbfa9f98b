package erase

// Holding is one kind of thing that may hold a person or an item, and how an erasure
// reaches it.
type Holding struct {
	Name   string
	Where  Where
	Erased string // in words, for the receipt
}

// Where a holding is.
type Where string

// The places.
const (
	Stored   Where = "stored"   // in a generation
	Memory   Where = "memory"   // of the running program
	Derived  Where = "derived"  // made anew from others whenever it is needed, never kept
	Exported Where = "exported" // given out: out of reach
)

// Inventory is every derivative of data that Lethe makes. The tests of this package and of
// session fail for a kept type that stands for none of them.
var Inventory = []Holding{
	{"interactions", Stored, "taken out of all splits, the identifier emptied; the old generation's key destroyed"},
	{"catalogue", Stored, "the item's entry emptied; the old generation's key destroyed"},
	{"features", Stored, "the item's rows set to zero, its mark taken away; the old generation's key destroyed"},
	{"neighbours", Stored, "the item taken out of every list; the old generation's key destroyed"},
	{"model", Stored, "weights unlearned, then trained again; the old generation's key destroyed"},
	{"optimiser", Stored, "moments and checkpoints of trainings on the old data dropped; the old generation's key destroyed"},
	{"clicks", Stored, "the visitor's clicks taken out; the old generation's key destroyed"},
	{"preferences", Stored, "the choice of colours, in the browser's local storage; names nobody, kept"},
	{"intents", Stored, "the request's own words: the old generation's key destroyed"},
	{"salts", Stored, "the opening's salt goes with the generation that the receipt replaces"},
	{"tombstones", Stored, "keyed hashes that refuse the return; kept on purpose"},
	{"receipts", Stored, "name nobody; kept on purpose"},
	{"snapshots", Memory, "models before, after and trained again: replaced by the one that was written"},
	{"vectors", Memory, "final vectors, the mean user, folding in: computed anew from the new weights"},
	{"undo", Memory, "there is none after the switch: before it, nothing has changed"},
	{"graph", Derived, "adjacency and its normalisation: built from the interactions at every binding"},
	{"item graph", Derived, "nearest neighbours by features: built from the features at every binding"},
	{"EASE", Derived, "P and G: solved or updated into the weights, which are the model"},
	{"Fisher information", Derived, "computed by methods that use it, never kept"},
	{"sampler", Derived, "order, negatives and popularity: built from the interactions at every training"},
	{"lists", Derived, "top-K lists: ranked at every question"},
	{"projections", Derived, "coordinates of pictures of the vectors: computed at every drawing"},
	{"exports", Exported, "files that were saved from Lethe are out of its reach: delete them yourself"},
}

// Find is the holding of a name, or nil.
func Find(name string) *Holding {
	for k := range Inventory {
		if Inventory[k].Name == name {
			return &Inventory[k]
		}
	}
	return nil
}

// purged is the inventory for a receipt.
func purged() map[string]string {
	m := map[string]string{}
	for _, h := range Inventory {
		m[h.Name] = h.Erased
	}
	return m
}

// Limits is what a receipt does not prove, in words.
func Limits(tier string) []string {
	l := []string{
		"A receipt shows which computation ran on which bytes and what was measured. That a model has forgotten cannot be proved from its weights alone.",
		"Whoever signs could have kept a copy elsewhere. Files that were exported before are out of reach.",
		"Destroying a key makes what it sealed unreadable. Memory cells of a disc that were replaced on the way may still hold the key until the disc clears them.",
		"The key in this receipt says that one program wrote it, not who ran that program: compare its fingerprint with one you were given by another way.",
	}
	if tier != "exact" {
		l = append(l, "The method is approximate: the measures compare with what a model trained again is expected to show, within their intervals.")
	}
	return l
}
