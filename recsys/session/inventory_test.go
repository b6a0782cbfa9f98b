package session

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	"lethe/recsys/erase"
)

// nobody marks what holds neither a person nor an item.
const nobody = "nobody"

// inMemory is, for every field of what a session holds, its entry in the inventory.
var inMemory = map[string]string{
	"Session.opt": nobody, "Session.base": "interactions", "Session.likes": "clicks", "Session.slots": "snapshots", "Session.vault": "interactions",
	"Session.kept": nobody, "Session.news": nobody, "Session.demo": nobody, "Session.mask": "intents", "Session.erasedRow": "receipts",
	"Session.resume": "optimiser", "Session.taken": "tombstones", "Session.waiting": nobody,

	"trained.model": nobody, "trained.config": nobody, "trained.params": "model", "trained.bound": "interactions", "trained.result": "receipts",
	"trained.forget": "undo", "trained.request": "undo", "trained.row": "receipts", "trained.users": "vectors", "trained.items": "vectors",
	"trained.hidden": "vectors", "trained.visitor": nobody, "trained.fold": "vectors", "trained.score": "vectors", "trained.channels": nobody,
	"trained.average": "vectors",
}

// Whatever is kept or held stands in the inventory, which says how it is erased: a new field
// fails here until it does.
func TestEverythingHeldIsInTheInventory(t *testing.T) {
	seen := map[string]bool{}
	in := func(field, entry string) {
		if entry != nobody {
			assert.NotNil(t, erase.Find(entry), "%s names %q, which the inventory does not have", field, entry)
		}
	}
	for _, held := range []reflect.Type{reflect.TypeFor[Session](), reflect.TypeFor[trained]()} {
		for k := range held.NumField() {
			name := held.Name() + "." + held.Field(k).Name
			seen[name] = true
			entry, known := inMemory[name]
			assert.True(t, known, "%s stands in no inventory: say how an erasure reaches it", name)
			in(name, entry)
		}
	}
	for name := range inMemory {
		assert.True(t, seen[name], "%s does not exist any more", name)
	}
	for _, stored := range []reflect.Type{reflect.TypeFor[erase.State](), reflect.TypeFor[erase.Meta]()} {
		for k := range stored.NumField() {
			f := stored.Field(k)
			if f.Anonymous {
				continue
			}
			entry := f.Tag.Get("holds")
			assert.NotEmpty(t, entry, "%s.%s is kept and stands in no inventory", stored.Name(), f.Name)
			in(f.Name, entry)
		}
	}
	for _, h := range erase.Inventory {
		assert.NotEmpty(t, h.Erased, h.Name)
	}
}
