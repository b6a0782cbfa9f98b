package demo

import (
	"strings"

	"lethe/recsys/data/demo/atelier"
	"lethe/recsys/rng"
)

// theme says how a subject of a style is filed, described and called. Titles
// are separated by bars.
type theme struct {
	top, sub      string
	phrase, title string
}

// themes, by style and subject.
var themes = map[string]map[string]theme{
	"bauhaus": {
		"grid":  {"Abstract", "Geometry", "Quarter circles, triangles and bars on a square grid", "Grid Exercise|Workshop Table|Nine Windows|Circle Meets Square|Preliminary Course|Parade of Forms|Modules|House Rules"},
		"stack": {"Abstract", "Geometry", "Half discs, blocks and a triangle piled up in balance", "Balancing Act|The Tower|Stacked|One on Another|Toy Blocks|Equilibrium|Steady Now"},
	},
	"arches": {
		"gate":        {"Abstract", "Arches", "A tall arch under a round sun", "Gate|Doorway, Noon|The Long Arch|Threshold|Open House"},
		"twin arches": {"Abstract", "Arches", "Two arches side by side beneath the sun", "Two Doors|Neighbours|Twin Arches|The Small One and the Tall One|Courtyard"},
		"sunrise":     {"Abstract", "Arches", "Concentric bands rising like a rainbow toward the sun", "Low Rainbow|Band of Morning|Half Round|Rising|Echo Hill"},
	},
	"mobile":        {"mobile": {"Abstract", "Mobile", "Flat shapes hung on thin wires, turning in the air", "Hanging Garden|Slow Turn|Air Study|Counterweight|Suspended|Draught|Seven Things in the Wind|Light Hands"}},
	"colour fields": {"fields": {"Abstract", "Colour Field", "Soft-edged rectangles of colour floating one above the other", "Untitled|Two Rooms|Quiet Interval|Horizon Without Land|Field|Standing Still|Warm Silence|Breathing Space"}},
	"op art": {
		"dots":    {"Abstract", "Op Art", "A lattice of dots swelling through a lens", "Lens|Swell|Near and Far|Loupe|Bubble"},
		"rings":   {"Abstract", "Op Art", "Black and light rings pushed off their centre", "Tunnel|Off Centre|Target Practice|Ripple|Inward"},
		"chequer": {"Abstract", "Op Art", "A chequerboard bent over a sphere", "Warped Board|Sphere on a Board|Checkmate|Floor of the Observatory|Bend"},
		"waves":   {"Abstract", "Op Art", "Upright lines that swell and thin like a curtain in the wind", "Curtain|Interference|Standing Wave|Vertigo|Hum"},
	},
	"orbits": {
		"rosette":      {"Abstract", "Orbits", "Fine circles rolled around a centre into a rosette", "Rosette|Rolling Circle|Guilloche|Wheel within a Wheel|Torus"},
		"harmonograph": {"Abstract", "Orbits", "The trace of two pendulums coming to rest", "Pendulum|Two Notes, a Fourth Apart|Coming to Rest|Harmonograph|Fading Chord"},
		"planets":      {"Abstract", "Orbits", "Small planets on thin orbits around a sun", "Minor Planets|Orrery|Seven Orbits|Small System|Transit"},
	},
	"contours": {
		"bands":   {"Abstract", "Contours", "Layers of cut paper following the lines of a hill", "Strata|Layered Hill|Paper Valley|Sediment|Slow Geology"},
		"survey":  {"Abstract", "Contours", "Contour lines of a country that does not exist", "Survey|Sheet 14|Walkers' Map|Unclimbed|Contour Interval"},
		"islands": {"Abstract", "Contours", "An archipelago seen from above, with shallows and deeps", "Archipelago|Shallows|Soundings|Ten Islands|Low Tide Chart"},
	},
	"flow": {
		"current": {"Abstract", "Flow", "Ribbons that follow an unseen current and never touch", "Current|River Delta|Combed|Drift|Along the Grain|Slipstream"},
		"whorl":   {"Abstract", "Flow", "Ribbons wound into a great whorl", "Whorl|Eddy|Thumbprint|Maelstrom, Gently|Turning In"},
	},
	"cutouts": {
		"seaweed":      {"Abstract", "Cut-outs", "One frond cut from painted paper with scissors", "Seaweed|Frond|Scissors Garden|Coral Branch|Tall Alga"},
		"collage":      {"Abstract", "Cut-outs", "Cut paper fronds pasted on a patchwork of colours", "Paper Garden|Patchwork of Leaves|Glue and Scissors|Studio Wall|Window of Fronds"},
		"pebble forms": {"Abstract", "Cut-outs", "A few large rounded forms leaning on each other", "Three Stones|Leaning|Soft Forms|Conversation|Pebbles, Touching"},
	},
	"brush": {
		"circle":           {"Abstract", "Brush", "One brush stroke closing a circle", "Enough|Circle in One Breath|Empty Bowl|Round|Closing"},
		"bamboo":           {"Botanical", "Bamboo", "Bamboo in a few strokes of ink", "Bamboo|Three Stalks|Grove in Ink|Hollow Heart|After the Rain, Bamboo"},
		"ink mountains":    {"Landscape", "Mountains", "Mountains in ink wash with a boat on still water", "Boat Below the Peaks|Ink Range|Far Ferry|Ten Thousand Steps|River Crossing"},
		"crossing strokes": {"Abstract", "Brush", "Broad dry brush strokes crossing", "Crossroads|Yes and No|Sign|Two Gestures|Dry Brush"},
	},
	"terrazzo": {
		"chips":    {"Pattern", "Terrazzo", "Chips of stone scattered as in a terrazzo floor", "Station Floor|Terrazzo|Broken Marble|Lobby|Chips"},
		"pebbles":  {"Pattern", "Terrazzo", "Banded pebbles laid out without touching", "Pebble Beach|Pocketful of Stones|River Stones|Low Tide|Collected"},
		"confetti": {"Pattern", "Terrazzo", "Discs, triangles and bars thrown like confetti", "Confetti|Party of One|Hundreds and Thousands|Loose Change|New Year's Floor"},
	},
	"quilt": {
		"stars":     {"Pattern", "Quilt", "Patchwork blocks of pinwheels and stars with stitched seams", "Star Quilt|Pinwheels|Grandmother's Star|Wedding Quilt|Evening Star"},
		"geese":     {"Pattern", "Quilt", "Rows of patchwork triangles, called flying geese", "Flying Geese|South for the Winter|Arrow Quilt|Up and Down|Migration"},
		"log cabin": {"Pattern", "Quilt", "Strips of cloth sewn around a hearth square, light against dark", "Log Cabin|Barn Raising|Light and Dark|Hearth|Winter Cabin"},
	},
	"tiles": {
		"azulejo": {"Pattern", "Tile", "Glazed tiles with a star and leaves in fourfold symmetry", "Azulejo|Kitchen Wall|Stairwell in Porto|Glazed Star|Courtyard Tiles"},
		"petals":  {"Pattern", "Tile", "Tiles of crossing petals", "Petal Tile|Four Leaves|Hall Floor|Quatrefoil|Bathhouse"},
		"truchet": {"Pattern", "Tile", "Winding bands made of one tile, turned at random", "Meander|One Tile, Turned|Wandering Pipes|Labyrinth Floor|Turn Left, Turn Right"},
	},
	"weave": {
		"basket":   {"Pattern", "Weave", "Wide ribbons woven over and under", "Basket|Over Under|Market Basket|Ribbon Weave|Chair Seat"},
		"bargello": {"Pattern", "Weave", "Stitched zigzag flames in shaded wool", "Bargello|Flame Stitch|Long Stitch|Wool Waves|Cushion"},
		"kilim":    {"Pattern", "Weave", "Bands of stepped diamonds as in a woven rug", "Kilim|Caravan Rug|Stepped Diamonds|Loom Song|Tent Band"},
	},
	"glass": {
		"panes":       {"Pattern", "Stained Glass", "Irregular panes of coloured glass in dark lead", "Leaded Light|Cathedral Scraps|Panes|Broken and Mended|North Window"},
		"sun window":  {"Pattern", "Stained Glass", "A sun of warm glass among cool panes", "Sun Window|East Window|Glass Morning|The Warm Pane|Chapel Sun"},
		"rose window": {"Pattern", "Stained Glass", "A rose window with rings of glass", "Rose Window|Wheel of Light|Great West Window|Oculus|Twelve Petals of Glass"},
	},
	"mountains": {
		"dawn":  {"Landscape", "Mountains", "Ridge behind ridge fading into mist at sunrise", "First Light|Seven Ridges|Before the Valley Wakes|The Far Range|Blue Distance|Above the Mist"},
		"lake":  {"Landscape", "Mountains", "Mountains above a still lake with the light of the sun on it", "Tarn|Lake at the Pass|Still Water|Evening at the Lake|Cold Swim"},
		"pines": {"Landscape", "Mountains", "Pines in front of layered mountain ridges", "Tree Line|Pines Below the Ridge|Timber Country|The Last Trees|Switchback"},
		"night": {"Landscape", "Mountains", "Mountain ridges under moon and stars", "Night Range|Moon over the Pass|Hut at Night|Quiet Peaks|Bivouac"},
	},
	"sea": {
		"swell":      {"Landscape", "Sea", "Bands of swell rolling in under the sun", "Swell|Long Period|Incoming|Open Water|Ninth Wave"},
		"regatta":    {"Landscape", "Sea", "Sailing boats leaning between the waves", "Regatta|Sunday Sail|White Sails|Round the Buoy|Fair Wind"},
		"lighthouse": {"Landscape", "Sea", "A striped lighthouse on a rock above the waves", "Lighthouse|The Keeper|Beam|Headland|Harbour Mouth"},
		"gulls":      {"Landscape", "Sea", "Gulls over the waves", "Gulls|Ferry Morning|Salt Air|Following the Boat|Shore Birds"},
	},
	"fields": {
		"farm":      {"Landscape", "Fields", "Ploughed hills with a small farmhouse", "The Farm|Furrows|Home Field|Harvest Week|Upper Meadow"},
		"cypresses": {"Landscape", "Fields", "Rolling fields with cypresses on the crest", "Cypresses|Road to the Villa|Hill Country|Dust Road|Evening Hills"},
		"orchard":   {"Landscape", "Fields", "Hills in rows with round orchard trees", "Orchard|Apple Hill|Patchwork Valley|Rows|Spring Ploughing"},
	},
	"desert": {
		"cactus": {"Landscape", "Desert", "A tall cactus between dunes before the setting sun", "Saguaro|Noon Shadow|The Old Cactus|Dry Season|Sentinel"},
		"mesa":   {"Landscape", "Desert", "Table mountains at the edge of the desert", "Mesa|Red Country|Long Drive|Badlands|Table Mountain"},
		"dunes":  {"Landscape", "Desert", "Dunes in long curves beneath a large sun", "Dunes|Empty Quarter|Sand Sea|Heat|Windward"},
	},
	"forest": {
		"fog":     {"Landscape", "Forest", "Conifers in layers of fog", "Fog in the Firs|Deep Wood|Early Walk|Spruce|November Wood"},
		"deer":    {"Landscape", "Forest", "A deer in a clearing among firs", "Deer in the Clearing|The Stag|Watching|Clearing|Silent Guest"},
		"birches": {"Landscape", "Forest", "Birch trunks with falling leaves", "Birches|White Trunks|Birch Wood in October|Paper Bark|Between Birches"},
	},
	"town": {
		"hill town": {"Architecture", "Town", "Houses climbing a hill around a steeple", "Hill Town|Up to the Church|Steep Streets|Bell Tower|Siesta"},
		"harbour":   {"Architecture", "Town", "Painted houses above a harbour with boats", "Harbour|Boats Below the Town|Quay|Fishing Village|Ferry Landing"},
		"skyline":   {"Architecture", "City", "Towers of a city with lit windows", "Skyline|Late Shift|Ten Thousand Windows|Downtown|City Lights"},
		"rooftops":  {"Architecture", "City", "Roof behind roof of an old town", "Rooftops|Attic Rooms|Old Town|Chimney Season|Neighbourhood"},
	},
	"moons": {
		"tide":    {"Sky", "Moon", "A full moon and its path on the water", "Tide|Moon Path|High Water|Night Swim|Full Moon, Flat Sea"},
		"eclipse": {"Sky", "Moon", "The moon in front of the sun, ringed by rays", "Eclipse|Corona|Ring of Fire|Totality|Two Minutes of Night"},
		"phases":  {"Sky", "Moon", "The phases of the moon from new to full and back", "Phases|Lunation|Twenty-Nine Nights|Wax and Wane|Moon Calendar"},
	},
	"charts": {
		"constellations": {"Sky", "Star Chart", "A chart of the night sky with invented constellations", "Northern Sky|Celestial Chart|Winter Stars|Planisphere|Navigator's Sky"},
		"zodiac":         {"Sky", "Star Chart", "A sleeping sun inside a wheel of constellations", "Wheel of the Year|The Sleeping Sun|Zodiac|Twelve Houses|Almanac"},
		"comet":          {"Sky", "Star Chart", "A comet crossing an old star chart", "Comet|The Visitor|Long Tail|Once in a Lifetime|Omen"},
	},
	"rays": {
		"dawn":  {"Sky", "Sun", "A rising sun with broad rays over waves of land", "Sunburst|New Day|Good Morning|Rise|Daybreak"},
		"halo":  {"Sky", "Sun", "A sun in soft rings above dark hills", "Halo|Heat Haze|Golden Hour|Low Sun|Radiance"},
		"steps": {"Sky", "Sun", "Steps leading up to a sun with rays", "Temple of the Sun|Steps|Ascent|Noon Stairs|Solstice"},
	},
	"balloons": {"balloons": {"Sky", "Balloons", "Hot air balloons drifting over hills", "Balloon Festival|Lift Off|Light as Air|Morning Ascent|Silk and Fire|Over the Valley|Drifting East"}},
	"ferns": {
		"frond":       {"Botanical", "Fern", "A single fern frond with paired leaflets", "Fern|Single Frond|Bracken|Lady Fern|Pressed Fern"},
		"clump":       {"Botanical", "Fern", "A clump of ferns opening like a fan", "Fern Fan|Forest Floor|Shade Garden|Undergrowth|Shield Ferns"},
		"fiddleheads": {"Botanical", "Fern", "Young ferns uncurling", "Fiddleheads|Uncurling|April Ferns|Crosiers|Spring Coils"},
	},
	"herbs": {
		"herbarium":    {"Botanical", "Herbarium", "Wild herbs and grasses pressed side by side", "Herbarium|Field Notes|Pressed Summer|Hedge Bottom|Plate IV"},
		"eucalyptus":   {"Botanical", "Leaves", "A eucalyptus stem with round leaves in pairs", "Eucalyptus|Silver Dollar|Round Leaves|Gum Branch|Paired"},
		"olive":        {"Botanical", "Leaves", "An olive branch with fruit", "Olive Branch|Peace Offering|Old Grove|Picking Season|Olives"},
		"rubber plant": {"Botanical", "Leaves", "A stem of broad veined leaves", "Rubber Plant|Broad Leaves|House Plant|Ficus|Corner of the Room"},
	},
	"tropics": {
		"monstera": {"Botanical", "Tropical", "Large split leaves of a monstera", "Monstera|Glass House|Split Leaves|Hothouse|Swiss Cheese Plant"},
		"palm":     {"Botanical", "Tropical", "Palm fronds before the sun", "Palms|Fan and Feather|South Wind|Palm House|Shade"},
		"jungle":   {"Botanical", "Tropical", "Tropical leaves crowding each other", "Jungle|Understorey|Green Crowd|Rainy Season|Conservatory"},
	},
	"trees": {
		"autumn tree":  {"Botanical", "Tree", "An old tree losing its leaves", "Autumn Tree|Last Leaves|October|The Old Oak|Letting Go"},
		"winter tree":  {"Botanical", "Tree", "The bare branches of a tree against a pale sun", "Winter Tree|Bare Branches|Frost|Veins of the Sky|Waiting"},
		"blossom tree": {"Botanical", "Tree", "A tree in blossom", "Blossom|Cherry Week|Tree in Flower|May|Petal Fall"},
	},
	"meadow": {
		"wildflowers": {"Floral", "Meadow", "Wild flowers on long stems in tall grass", "Wildflowers|Meadow|Roadside|June|Uncut Grass"},
		"poppies":     {"Floral", "Meadow", "Poppies and tulips in tall grass", "Poppies|Red Meadow|Summer Field|Corn Poppies|Paper Petals"},
		"daisies":     {"Floral", "Meadow", "Daisies on long stems", "Daisies|Loves Me|Ox-Eyes|Day's Eye|White Meadow"},
	},
	"bouquet": {
		"mixed bouquet": {"Floral", "Bouquet", "A generous bouquet of garden flowers in a vase", "Bouquet|From the Garden|Flowers for Ada|Saturday Flowers|Thank You"},
		"tulips":        {"Floral", "Bouquet", "Tulips in a vase on a table", "Tulips|Tulips, Opening|Dutch Week|Parrot Tulips|Market Tulips"},
		"dahlias":       {"Floral", "Bouquet", "Dahlias and roses in a vase", "Dahlias|Late Summer|Dahlias and Roses|First of September|Allotment"},
		"anemones":      {"Floral", "Bouquet", "Anemones with dark hearts in a vase", "Anemones|Windflowers|Dark Hearts|Anemones in Blue|February Flowers"},
	},
	"blooms": {
		"flower carpet": {"Floral", "Bloom", "Large flowers covering the whole sheet", "Flower Carpet|Full Bloom|Wallpaper|In the Thick of It|Carpet of Flowers"},
		"poppy field":   {"Floral", "Bloom", "Big bold poppies as a repeating pattern", "Big Poppies|Bold Poppies|Poppy Cloth|Summer Dress|Poppy Field"},
		"rose garden":   {"Floral", "Bloom", "Roses and anemones crowding the sheet", "Rose Garden|Old Roses|Rosarium|A Hundred Roses|Thorns Not Shown"},
	},
	"folk": {
		"flower pot": {"Floral", "Folk", "A mirrored folk-art tree of flowers in a pot", "Flower Pot|Painted Chest|Bride's Chest|Window Sill|Kitchen Flowers"},
		"heart tree": {"Floral", "Folk", "A folk-art tree of tulips growing from a heart", "Heart Tree|Tree of Life|Heartwood|Love Letter|Rooted"},
		"two birds":  {"Floral", "Folk", "Two birds beneath a folk-art tree of flowers", "Two Birds|Wedding Plate|The Pair|Songbirds and Tulips|Good Neighbours"},
	},
	"still life": {
		"lemons":  {"Still Life", "Table", "Lemons, jugs and a sprig on a kitchen table", "Lemons|Kitchen Table|Jug and Lemons|Noon Table|Lemons, Five"},
		"pears":   {"Still Life", "Table", "Pears beside vases on a table", "Pears|Two Pears and a Vase|Ripe|Pears at Rest|Quiet Table"},
		"figs":    {"Still Life", "Table", "Figs and vessels on a cloth", "Figs|Late Lunch|Figs and a Jug|August Table|After Dinner"},
		"vessels": {"Still Life", "Table", "Vases and bowls in a quiet row", "Vessels|Three Vases|Shelf|Stoneware|Family of Vases"},
	},
	"citrus": {
		"lemons":  {"Still Life", "Citrus", "Lemons and slices among dark leaves, repeating", "Lemon Grove|Limonaia|Lemon Cloth|Zest|Amalfi Wallpaper"},
		"oranges": {"Still Life", "Citrus", "Oranges and slices among leaves, repeating", "Orange Grove|Marmalade|Seville|Oranges|Winter Sun"},
		"slices":  {"Still Life", "Citrus", "Slices of citrus fruit in rows", "Slices|Breakfast|Citrus Wheel|Segments|Squeeze"},
	},
	"birds": {
		"songbirds": {"Animals", "Birds", "Songbirds on branches", "Songbirds|Dawn Chorus|Company|Branch Meeting|Two Finches"},
		"flock":     {"Animals", "Birds", "Swallows crossing the sun", "Swallows|First of Spring|Southward|Flock|Evening Flight"},
		"crane":     {"Animals", "Birds", "A crane wading in front of a large sun", "Crane|Wader|The Patient One|Marsh Light|Long Legs"},
	},
	"fish": {
		"shoal": {"Animals", "Fish", "Rows of striped fish swimming both ways", "Shoal|Rush Hour|Fishmonger|Left and Right|Striped Swimmers"},
		"koi":   {"Animals", "Fish", "Koi in a pond with lily pads", "Koi|Pond|Koi from Above|Temple Pond|Slow Fins"},
	},
	"cats": {
		"sitting cat":  {"Animals", "Cats", "A cat sitting in front of a round sun", "Cat|The Cat, Seated|House Spirit|Waiting for Supper|Sun Worshipper"},
		"window cat":   {"Animals", "Cats", "A cat on a window sill at night", "Window Cat|Night Watch|Sill|Moon Cat|Nothing Out There"},
		"sleeping cat": {"Animals", "Cats", "A cat asleep on a round rug", "Sleeping Cat|Rug|Do Not Disturb|Afternoon|Curled"},
		"two cats":     {"Animals", "Cats", "Two cats side by side", "Two Cats|Friends|Side by Side|Siblings|Best Seats"},
	},
	"moths": {
		"moth":       {"Animals", "Moths", "A moth with open wings and eye spots", "Moth|Night Butterfly|Emperor|Drawn to Light|Eye Spots"},
		"collection": {"Animals", "Moths", "Moths in rows, as in a collector's case", "Collection|Lepidoptera|Case of Moths|Drawer 12|Specimens"},
	},
}

// titles hands out names of prints, no name twice.
type titles map[string]bool

func (t titles) next(th theme, p *atelier.Palette, r *rng.Stream) string {
	stems := strings.Split(th.title, "|")
	stem := stems[r.IntN(len(stems))]
	colour := strings.ToUpper(p.Name[:1]) + p.Name[1:]
	options := []string{stem, stem + ", " + colour, stem + " in " + colour}
	if r.IntN(3) == 0 {
		options = options[1:]
	}
	for _, o := range options {
		if !t[o] {
			t[o] = true
			return o
		}
	}
	for k := 1; ; k++ {
		if o := stem + " " + roman[k%len(roman)]; !t[o] && k < len(roman) {
			t[o] = true
			return o
		}
		if k >= len(roman) {
			if o := options[len(options)-1] + " " + roman[k%len(roman)]; !t[o] {
				t[o] = true
				return o
			}
		}
	}
}

var roman = []string{"No. 1", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI"}

var frameWords = map[string]string{
	"bleed": "printed to the edge", "margin": "with an even paper margin", "gallery": "with a wide gallery margin",
	"plate": "with a fine line around the plate", "square": "as a square on a tall sheet", "tall": "as a narrow upright panel",
	"round": "as a roundel", "arch": "inside an arched window",
}

// describe says what is to be seen: the subject, the colours, the sheet and
// the technique, in one of a few turns of phrase.
func describe(th theme, pr *atelier.Print, r *rng.Stream) string {
	p, h := pr.Palette, pr.Hand
	a := r.IntN(len(p.Mood))
	b := (a + 1 + r.IntN(len(p.Mood)-1)) % len(p.Mood)
	mood := p.Mood[a] + ", " + p.Mood[b]
	colours := []string{
		", in " + mood + " colours: the " + p.Name + " palette",
		" in a " + p.Name + " palette, " + p.Mood[a] + " and " + p.Mood[b],
		"; " + p.Name + " inks, " + mood,
	}[r.IntN(3)]
	technique := "Flat, clean screenprint"
	switch {
	case h.Grain > .65:
		technique = "Grainy stone lithograph"
	case h.Rough > .4:
		technique = "Hand-cut paper, pasted and printed"
	case h.Rough > .22:
		technique = "Linocut with a lively edge"
	case h.Grain > .45:
		technique = "Risograph on soft paper"
	}
	return th.phrase + colours + ". " + technique + ", " + frameWords[pr.Frame] + "."
}
