// Package ui is the page: what a visitor sees and does, as plain values.
//
// Three files tell the story. state.go is everything the page shows, one value.
// update.go is Apply, a pure function from a state and an event to the next state and
// the commands that follow. link.go is the part of the state that lives in the URL.
// Around them stands one component for each question a visitor asks, a .vugu file with
// the markup and a .go file with what it reads from the state:
//
//	Page      the whole, with Rail and Foot
//	Taste     what do I like?          Wall, Shelf
//	Atlas     where is everything?     (public/map.js draws)
//	Train     how does it learn?       Curve
//	Forget    what must go?            Track, Gauge, Erase
//	Compare   did it forget?           Ranks, Residue, Spread
//	Doubt     and if you do not believe it?   Relearn
//	Lab       and in your own experiment?
//	Own       can it be my data?
//	Again     and what had they done who sent me this?
//
// The package imports recsys/api and nothing else of the engine: it cannot train even
// by mistake. It never touches the browser either; wasm/app connects Apply's commands to
// the engine and the document. Every word is in ui/text, every position in ui/chart.
//
// Two rules keep the page quick and its policy strict: no style attributes (positions
// are attributes of SVG), and no list longer than a page of the wall.
package ui

//go:generate go tool vugugen -s -skip-go-mod -skip-main .
//go:generate gofmt -w 0_components_gen.go
