package demo

import "lethe/recsys/data/demo/atelier"

// creator is an invented artist: a name, the licence the shop has, a hand, and
// how much they make beside the others.
type creator struct {
	name, licence string
	share         float64
	hand          atelier.Hand
}

// The licences. The last three can be withdrawn.
const (
	ccBy     = "CC BY 4.0"
	ccByNC   = "CC BY-NC 4.0"
	ccZero   = "CC0 1.0"
	openWall = "Open Wall Licence 2"
	lantern  = "Lantern Print Licence (revocable)"
	harbour  = "Harbour Editions, exclusive (revocable)"
	atLeave  = "Shown by leave of the artist (revocable)"
)

type list = []string

// hand is a hand with its five dials: density, weight, order, roughness, grain.
func hand(style string, palettes, frames, subjects list, d, w, o, r, g float64) atelier.Hand {
	return atelier.Hand{Style: style, Palettes: palettes, Frames: frames, Subjects: subjects,
		Density: d, Weight: w, Order: o, Rough: r, Grain: g}
}

// creators are sixty-three hands. Names are made up, people and all.
var creators = []creator{
	// Abstract.
	{"Ilse Kronvald", ccBy, 1.2, hand("bauhaus", list{"midcentury", "rust and teal", "nordic", "cobalt"}, list{"bleed", "bleed", "margin"}, list{"grid"}, .3, .5, .5, 0, .4)},
	{"Renzo Tabacchino", lantern, 1, hand("bauhaus", list{"nori", "terracotta", "mint", "sorbet"}, list{"gallery", "margin", "square"}, list{"grid", "stack", "stack"}, .75, .5, .7, .35, .7)},
	{"Marisol Quenda", ccByNC, 1.2, hand("arches", list{"terracotta", "blush", "dune", "saffron"}, list{"margin", "gallery", "arch"}, nil, .45, .5, .8, .5, .7)},
	{"Noor Bexley", harbour, .8, hand("arches", list{"ocean", "riso", "candy", "peacock"}, list{"bleed", "plate", "margin"}, nil, .7, .5, .2, .1, .3)},
	{"Anselm Quistgaard", ccBy, .9, hand("mobile", list{"poppy", "cobalt", "midcentury", "sumi"}, list{"margin", "bleed", "tall"}, nil, .5, .5, .5, .15, .3)},
	{"Hedda Lowry-Asante", lantern, 1.1, hand("colour fields", list{"aubergine", "saffron", "bordeaux", "indigo", "olive grove"}, list{"bleed", "bleed", "margin"}, nil, .4, .5, .4, .2, .6)},
	{"Vasil Torrence", ccByNC, 1, hand("op art", list{"sumi", "cobalt", "poppy"}, list{"bleed", "plate"}, list{"waves", "rings", "chequer"}, .6, .7, .3, 0, .1)},
	{"Yuki Abernethy", openWall, .8, hand("op art", list{"reef", "lilac", "graphite and gold", "mint"}, list{"square", "margin"}, list{"dots", "dots", "chequer"}, .35, .4, .6, .1, .5)},
	{"Casimir Dlaminsky", ccBy, 1, hand("orbits", list{"midnight", "graphite and gold", "indigo", "nordic"}, list{"margin", "round", "plate"}, nil, .6, .5, .4, 0, .2)},
	{"Oskar Tindallen", ccZero, 1, hand("contours", list{"fjord", "nordic", "sage", "harvest"}, list{"margin", "plate", "gallery"}, list{"survey", "survey", "islands"}, .5, .4, .3, 0, .3)},
	{"Mei-Lin Castellanu", lantern, 1, hand("contours", list{"dusk", "ocean", "celadon", "terracotta"}, list{"bleed", "square", "round"}, list{"bands", "bands", "islands"}, .25, .5, .2, 0, .5)},
	{"Priya Halvorsett", ccBy, 1.1, hand("flow", list{"plum and mustard", "reef", "rust and teal", "jewel"}, list{"bleed", "margin", "gallery"}, nil, .5, .6, .6, .1, .4)},
	{"Mathilde Okafor-Blanche", harbour, 1.2, hand("cutouts", list{"cobalt", "poppy", "riso", "sorbet"}, list{"bleed", "margin"}, list{"seaweed", "collage"}, .6, .5, .6, .7, .3)},
	{"Ravi Sorbyenko", openWall, .9, hand("cutouts", list{"blush", "sage", "terracotta", "dune"}, list{"margin", "gallery", "square"}, list{"pebble forms"}, .4, .5, .5, .4, .7)},
	{"Kenzo Aldermoor", atLeave, 1.1, hand("brush", list{"sumi", "sumi", "bordeaux"}, list{"bleed", "gallery", "tall"}, list{"circle", "bamboo", "ink mountains"}, .4, .5, .6, .2, .5)},
	{"Xiulan Haverford", ccByNC, .9, hand("brush", list{"indigo", "plum and mustard", "woodland", "poppy"}, list{"margin", "bleed"}, list{"crossing strokes", "bamboo", "circle"}, .6, .8, .3, .2, .6)},

	// Pattern.
	{"Giulia Fennimarsh", ccBy, 1, hand("terrazzo", list{"terracotta", "celadon", "candy", "indigo", "nori"}, list{"bleed", "margin", "round"}, nil, .5, .5, .4, .15, .3)},
	{"Adaeze Strandberg", ccByNC, 1.1, hand("quilt", list{"brickyard", "plum and mustard", "indigo", "poppy", "woodland"}, list{"margin", "margin", "gallery"}, nil, .5, .8, .4, .3, .8)},
	{"Beatriz Calafate", ccBy, 1.1, hand("tiles", list{"cobalt", "amalfi", "indigo", "ocean"}, list{"bleed", "plate"}, list{"azulejo", "azulejo", "petals"}, .5, .8, .8, .1, .3)},
	{"Farhad Lindqvarn", lantern, .9, hand("tiles", list{"midcentury", "olive grove", "nori", "peacock"}, list{"margin", "gallery", "square"}, list{"truchet", "petals"}, .25, .3, .3, .1, .6)},
	{"Itzel Arrowood", atLeave, 1.1, hand("weave", list{"terracotta", "saffron", "rust and teal", "reef", "harvest"}, list{"bleed", "margin"}, nil, .5, .7, .5, .3, .6)},
	{"Severine Abdalloux", harbour, 1.1, hand("glass", list{"jewel", "dusk", "peacock", "saffron", "ocean"}, list{"margin", "arch", "arch", "bleed"}, nil, .5, .5, .6, 0, .1)},

	// Landscape.
	{"Sigrun Valefjord", ccBy, 1.4, hand("mountains", list{"fjord", "nordic", "ocean", "lilac"}, list{"margin", "gallery", "tall"}, list{"dawn", "lake", "pines"}, .6, .5, .8, 0, .5)},
	{"Tenzin Ashgrove", lantern, 1.1, hand("mountains", list{"dusk", "terracotta", "harvest", "bordeaux"}, list{"bleed", "square", "round"}, list{"dawn", "lake"}, .4, .5, .15, .2, .7)},
	{"Rafael Montclaret", ccByNC, .9, hand("mountains", list{"midnight", "graphite and gold", "pine night", "aubergine"}, list{"bleed", "plate"}, list{"night", "pines"}, .7, .5, .3, 0, .4)},
	{"Maren Tidewell", ccBy, 1.3, hand("sea", list{"ocean", "indigo", "fjord", "amalfi"}, list{"margin", "margin", "round"}, list{"swell", "regatta", "gulls"}, .5, .8, .8, .1, .4)},
	{"Niko Baltasarian", openWall, 1, hand("sea", list{"rust and teal", "midcentury", "reef", "saffron"}, list{"bleed", "plate"}, list{"lighthouse", "swell", "regatta"}, .4, .5, .2, .2, .6)},
	{"Paloma Wexcombe", ccByNC, 1.1, hand("fields", list{"harvest", "olive grove", "saffron", "sage", "terracotta"}, list{"margin", "bleed", "square"}, nil, .5, .5, .4, .2, .6)},
	{"Dolores Yazbecki", harbour, 1.1, hand("desert", list{"dune", "terracotta", "dusk", "saffron", "blush"}, list{"margin", "arch", "bleed"}, nil, .5, .4, .7, .15, .7)},
	{"Aino Rautavaara-Finch", ccBy, 1.2, hand("forest", list{"woodland", "nordic", "fjord", "sage"}, list{"margin", "tall", "gallery"}, list{"fog", "deer", "fog"}, .6, .5, .5, 0, .4)},
	{"Silas Brennmoor", lantern, .9, hand("forest", list{"harvest", "terracotta", "plum and mustard", "blush"}, list{"bleed", "plate"}, list{"birches", "birches", "fog"}, .5, .5, .5, .2, .7)},
	{"Giacomo Brightwater", ccBy, 1.2, hand("town", list{"amalfi", "terracotta", "saffron", "sorbet"}, list{"bleed", "margin"}, list{"hill town", "harbour"}, .5, .5, .6, .3, .4)},
	{"Delphine Sarkisov", atLeave, 1, hand("town", list{"brickyard", "midnight", "nordic", "riso"}, list{"tall", "plate", "margin"}, list{"skyline", "rooftops"}, .6, .5, .4, 0, .5)},

	// Sky.
	{"Wren Takahama", ccBy, 1.2, hand("moons", list{"midnight", "indigo", "aubergine", "fjord"}, list{"bleed", "margin"}, list{"tide", "phases"}, .5, .5, .8, 0, .4)},
	{"Eluned Marsh-Diopside", lantern, .9, hand("moons", list{"graphite and gold", "pine night", "peacock", "bordeaux"}, list{"plate", "gallery", "round"}, list{"eclipse", "phases"}, .6, .5, .3, 0, .6)},
	{"Cosima Verhagen-Ito", harbour, 1, hand("charts", list{"midnight", "indigo", "jewel", "aubergine", "graphite and gold"}, list{"margin", "bleed", "plate"}, nil, .5, .5, .5, 0, .3)},
	{"Dorothea Banks-Imanu", ccByNC, 1.1, hand("rays", list{"saffron", "midcentury", "sorbet", "reef", "dusk"}, list{"bleed", "margin", "square"}, nil, .5, .5, .6, .2, .6)},
	{"Percival Nakatomo", openWall, .8, hand("balloons", list{"amalfi", "mint", "candy", "midcentury", "fjord"}, list{"margin", "plate"}, nil, .6, .6, .5, .1, .4)},

	// Botanical.
	{"Fiadh Mulrennan", ccBy, 1.2, hand("ferns", list{"woodland", "sage", "pine night", "celadon"}, list{"bleed", "plate", "margin"}, list{"frond", "clump"}, .6, .5, .2, 0, .4)},
	{"Tarquin Oseifield", lantern, .9, hand("ferns", list{"rust and teal", "harvest", "cobalt", "aubergine"}, list{"gallery", "tall"}, list{"fiddleheads", "frond", "clump"}, .3, .5, .8, .3, .7)},
	{"Linnea Barrowclough", ccByNC, 1.2, hand("herbs", list{"sage", "olive grove", "celadon", "nordic"}, list{"plate", "margin"}, list{"herbarium", "olive", "eucalyptus"}, .5, .3, .8, 0, .6)},
	{"Hanako Desrosier", ccBy, 1, hand("herbs", list{"blush", "indigo", "mint", "graphite and gold"}, list{"bleed", "gallery"}, list{"rubber plant", "eucalyptus", "olive"}, .5, .8, .4, .2, .7)},
	{"Solange Pereira-Holt", harbour, 1.2, hand("tropics", list{"reef", "peacock", "woodland", "pine night", "sorbet"}, list{"bleed", "margin"}, nil, .6, .5, .5, .2, .3)},
	{"Edda Norrgard", ccBy, 1, hand("trees", list{"harvest", "plum and mustard", "dusk", "sumi"}, list{"margin", "square", "plate"}, list{"autumn tree", "winter tree"}, .6, .7, .6, 0, .5)},
	{"Cyrus Penhallowe", openWall, .8, hand("trees", list{"lilac", "candy", "celadon", "midnight"}, list{"bleed", "round"}, list{"blossom tree"}, .9, .4, .3, 0, .3)},

	// Floral.
	{"Clementine Aguilera-Moss", ccBy, 1.3, hand("meadow", list{"poppy", "sorbet", "amalfi", "mint"}, list{"bleed", "margin"}, list{"wildflowers", "poppies"}, .7, .7, .2, .1, .4)},
	{"Birgit Fallowfield", lantern, 1.1, hand("meadow", list{"lilac", "midnight", "nordic", "blush"}, list{"gallery", "plate", "tall"}, list{"daisies", "wildflowers"}, .3, .3, .8, 0, .6)},
	{"Odette Marchetti-Roy", harbour, 1.3, hand("bouquet", list{"blush", "terracotta", "sage", "nori"}, list{"margin", "gallery"}, list{"mixed bouquet", "dahlias"}, .6, .6, .8, .2, .5)},
	{"Lucian Appiah-Vance", ccByNC, 1, hand("bouquet", list{"jewel", "cobalt", "aubergine", "peacock"}, list{"bleed", "plate"}, list{"tulips", "anemones"}, .4, .8, .2, .1, .4)},
	{"Maija Sundqvist-Cole", ccBy, 1.2, hand("blooms", list{"poppy", "candy", "riso", "cobalt"}, list{"bleed", "bleed", "square"}, list{"flower carpet", "poppy field"}, .2, .5, .3, .3, .3)},
	{"Rosalind Achterberg-Lo", atLeave, 1, hand("blooms", list{"bordeaux", "plum and mustard", "peacock", "rust and teal"}, list{"margin", "arch"}, list{"rose garden", "flower carpet"}, .7, .5, .8, .1, .7)},
	{"Zofia Harkavy-Nowell", ccBy, 1.1, hand("folk", list{"poppy", "indigo", "saffron", "jewel"}, list{"margin", "plate"}, list{"heart tree", "two birds"}, .9, .8, .4, .25, .4)},
	{"Ingeborg Tsosie-Lund", lantern, .9, hand("folk", list{"sage", "blush", "mint", "harvest"}, list{"bleed", "gallery"}, list{"flower pot", "two birds"}, .4, .3, .8, .1, .7)},

	// Still life.
	{"Amadeo Pirronello", ccBy, 1.2, hand("still life", list{"amalfi", "terracotta", "saffron", "olive grove"}, list{"margin", "bleed"}, list{"lemons", "pears", "figs"}, .7, .8, .3, .25, .5)},
	{"Claudine Yoonara", harbour, 1, hand("still life", list{"celadon", "blush", "nori", "lilac"}, list{"gallery", "square", "arch"}, list{"vessels", "pears"}, .2, .3, .8, .1, .7)},
	{"Nuria Castellane", ccByNC, 1.1, hand("citrus", list{"amalfi", "sorbet", "reef", "aubergine", "cobalt"}, list{"bleed", "margin"}, nil, .45, .5, .5, .1, .3)},

	// Animals.
	{"Ottoline Gray-Mensah", ccBy, 1.2, hand("birds", list{"midcentury", "sage", "rust and teal", "plum and mustard"}, list{"margin", "plate"}, list{"songbirds", "songbirds", "flock"}, .5, .6, .8, .1, .5)},
	{"Hiro Valdemarsson", lantern, .9, hand("birds", list{"fjord", "poppy", "indigo", "dusk"}, list{"bleed", "tall"}, list{"crane", "flock"}, .4, .3, .3, 0, .4)},
	{"Astrid Kealohanui", ccBy, 1, hand("fish", list{"ocean", "reef", "amalfi", "riso"}, list{"bleed", "margin"}, list{"shoal"}, .5, .5, .8, .2, .4)},
	{"Lorcan Pajarinen", atLeave, .9, hand("fish", list{"celadon", "indigo", "peacock", "poppy"}, list{"tall", "round", "margin"}, list{"koi", "koi", "shoal"}, .6, .5, .2, 0, .6)},
	{"Minette Dubrovka", ccByNC, 1.2, hand("cats", list{"sumi", "dusk", "saffron", "mint"}, list{"margin", "plate"}, list{"sitting cat", "two cats", "window cat"}, .5, .3, .7, .1, .4)},
	{"Sora Whitcombe-Adeyemi", openWall, .9, hand("cats", list{"candy", "nori", "blush", "riso"}, list{"bleed", "square"}, list{"sleeping cat", "window cat", "sitting cat"}, .5, .8, .2, .2, .6)},
	{"Ambrose Lindenau", ccBy, 1, hand("moths", list{"harvest", "jewel", "lilac", "rust and teal", "graphite and gold"}, list{"plate", "margin", "bleed"}, nil, .6, .6, .6, 0, .5)},
}
