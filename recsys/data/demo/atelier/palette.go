package atelier

// Palette is a set of inks that go together. Paper is the sheet, Ground what
// the picture stands on, Ink the colour of lines and, on a dark ground, the
// lightest; C are the colours, from the one that leads to the accent.
type Palette struct {
	Name   string
	Mood   []string // adjectives
	Dark   bool
	Paper  rgb
	Ground rgb
	Ink    rgb
	C      []rgb
}

func palette(name, mood string, paper, ground, ink uint32, c ...uint32) Palette {
	p := Palette{Name: name, Mood: split(mood), Paper: hex(paper), Ground: hex(ground), Ink: hex(ink)}
	for _, v := range c {
		p.C = append(p.C, hex(v))
	}
	p.Dark = light(p.Ground) < light(p.Ink)
	return p
}

// Palettes are picked by hand; names are what the descriptions call them.
var Palettes = []Palette{
	palette("terracotta", "warm earthy sunbaked", 0xf4ede2, 0xf3e4d2, 0x3b2a25, 0xc4603a, 0xe0a270, 0x8a4b38, 0x6f7d5c, 0xe9c7a2),
	palette("amalfi", "bright sunny mediterranean", 0xf7f3e8, 0xf8efdc, 0x1f3a4d, 0xf2b632, 0x2f6f8f, 0xe8743b, 0x7fa650, 0xa9cfd8),
	palette("nordic", "quiet cool northern", 0xf3f2ed, 0xe6eae7, 0x26333b, 0x5d7f8c, 0xbccac9, 0xd9a05b, 0x8c4a3f, 0x3f5a5f),
	palette("midcentury", "retro warm confident", 0xf2ebda, 0xefe3c6, 0x2b2a28, 0xd9772b, 0x2f7f79, 0xe3b23c, 0x8b3a2b, 0x6b7f4a),
	palette("indigo", "deep cool dyed", 0xf2efe7, 0xf0eade, 0x16233f, 0x1f3a6e, 0x4a6fa5, 0x9db4cf, 0xd8c9a8, 0xc2543d),
	palette("sage", "soft calm green", 0xf5f3ec, 0xecefe4, 0x2e3a30, 0x7f9a80, 0xb7c7a9, 0x4d6a55, 0xd8b48c, 0xc97b63),
	palette("dusk", "glowing tender evening", 0xf4eeea, 0xf5dccd, 0x2d2140, 0xe58a6f, 0xb65a7a, 0x6a4a8c, 0x36386b, 0xf4c08a),
	palette("candy", "sweet playful bright", 0xfaf4f0, 0xfce9e6, 0x40304a, 0xf28da6, 0xf6c667, 0x7ec4bd, 0x9b8fd1, 0xf0785a),
	palette("sumi", "monochrome still austere", 0xf5f2eb, 0xf4f0e8, 0x1c1b1a, 0x1f1e1d, 0x5b5954, 0x9c9890, 0xcfcac0, 0xb23a2e),
	palette("jewel", "rich dark ornate", 0xf0ebe0, 0x152a38, 0xf1e3c0, 0xd8a03a, 0x1f7a72, 0xb8364e, 0x4a6cb8, 0xe9d8a6),
	palette("midnight", "dark starry hushed", 0xefece4, 0x0f1b33, 0xf2e6c4, 0xe8c46a, 0x3d5a8c, 0x8fb0cf, 0xd3dde8, 0x27406b),
	palette("woodland", "green mossy shaded", 0xf2efe4, 0xecefdf, 0x1e2f27, 0x2f5d46, 0x6f9460, 0xb5c27b, 0xd9a441, 0x8a5a3c),
	palette("rust and teal", "bold warm contrasting", 0xf4eee3, 0xf1e7d6, 0x233036, 0xb4512d, 0x1f6f70, 0xe9b872, 0x3a5560, 0xd9cdb6),
	palette("sorbet", "light fruity summery", 0xfaf4ec, 0xfff1e2, 0x3f4a63, 0xff9e7a, 0xffcf7d, 0xf7a6b5, 0x9fd3c7, 0x6c86a6),
	palette("bordeaux", "deep warm velvety", 0xf3ece5, 0xf2e3d8, 0x33141e, 0x7a1f38, 0xb84a52, 0xe3a59a, 0xd4b483, 0x46546a),
	palette("olive grove", "dry earthy green", 0xf4f0e4, 0xf1ebd6, 0x33352a, 0x7a7b3a, 0xb9b06a, 0xd9cfa0, 0xc46a3a, 0x46543a),
	palette("riso", "loud fresh zine", 0xf7f4ea, 0xfbf6ea, 0x23346d, 0xff6f7d, 0x2f5fb3, 0xf9d648, 0x35a08a, 0xffb1a8),
	palette("nori", "muted balanced earthy", 0xf4f1e9, 0xf0ece0, 0x2d3532, 0x3d405b, 0xe07a5f, 0x81b29a, 0xf2cc8f, 0xb9c6b4),
	palette("blush", "tender powdery warm", 0xf7f0eb, 0xf8e8df, 0x4c332c, 0xd99b86, 0xb96b58, 0xedc7b5, 0x8c6f60, 0xe5b769),
	palette("ocean", "fresh watery blue", 0xf0f2ee, 0xe5f0ef, 0x0e2f44, 0x14506b, 0x2f86a0, 0x7fc0c4, 0xc5e0da, 0xf0b67f),
	palette("saffron", "golden spicy warm", 0xf6efdf, 0xfcefd2, 0x3a2418, 0xe9a21b, 0xd5632a, 0xa4352a, 0xf3cd7d, 0x4f6d6a),
	palette("lilac", "gentle floral cool", 0xf5f2f4, 0xf0eaf3, 0x322a4a, 0x8f7fb8, 0xc3b4dc, 0xe3a8b7, 0x6fa08b, 0xf2d58a),
	palette("graphite and gold", "dark elegant metallic", 0xefece6, 0x242529, 0xe9dfca, 0xc8a25a, 0x8b8d92, 0x54575d, 0xe9dfca, 0xa9663f),
	palette("aubergine", "dark warm sultry", 0xf2ebe6, 0x2a1830, 0xf3dfcf, 0xe07a5f, 0xf2cc8f, 0x8b5aa0, 0x3f7d86, 0xd9a0b0),
	palette("pine night", "dark green nocturnal", 0xf0eee4, 0x12261f, 0xeef0dc, 0x3f7a5a, 0x8fb27a, 0xe0b04a, 0xd5694a, 0xcfe0c4),
	palette("harvest", "ripe golden rural", 0xf5eddf, 0xf9ecd3, 0x3f3226, 0xc8812f, 0x8f4a24, 0xe6bf6a, 0x6a7040, 0xd9d0b0),
	palette("cobalt", "crisp clear primary", 0xf5f3ec, 0xf7f3e9, 0x10256b, 0x1d3fb0, 0x6f94e6, 0xf0c43a, 0xd7472f, 0xbccbee),
	palette("mint", "airy fresh pastel", 0xf2f5f0, 0xe9f4ec, 0x1f3b3a, 0x5fb3a1, 0xa9dbc9, 0xf7b7a3, 0xf2dd8d, 0x3c6e71),
	palette("dune", "sandy bleached warm", 0xf6efe3, 0xf7e8d4, 0x4a3526, 0xe0b98a, 0xc98d5a, 0xa4623d, 0xf2d9b4, 0x7fa0a3),
	palette("poppy", "striking red vivid", 0xf5f0e6, 0xf8f0e1, 0x232626, 0xd8392b, 0xf0a23a, 0x2f4f4f, 0xf4c9b6, 0x86a38a),
	palette("fjord", "misty pale distant", 0xf3eeea, 0xf3e2d9, 0x1f2d3d, 0x6f8aa0, 0xe9b7a0, 0xa9b7c4, 0x3f5a73, 0xf6d9a8),
	palette("reef", "lively tropical sea", 0xf2f3ee, 0xe8f3f0, 0x123b4a, 0xf0735a, 0x1f8a8c, 0xf6b08a, 0x9ad0c8, 0xf4d06f),
	palette("peacock", "dark lush glowing", 0xf1ece1, 0x0f3a40, 0xf0e6cf, 0xe3a53a, 0x1f8f88, 0xd9694a, 0x7fc4b4, 0xf0cf9a),
	palette("plum and mustard", "autumnal rich vintage", 0xf4ede5, 0xf3eadf, 0x2f1f30, 0x6b2f5b, 0xd9a21f, 0xb05a7a, 0x8fa39a, 0xe8c9b0),
	palette("brickyard", "urban warm dry", 0xf2ece3, 0xf0e5d8, 0x2a2220, 0xa8452f, 0xd58b5f, 0x5f6b6d, 0xe9c08f, 0x2f3b40),
	palette("celadon", "glazed pale green", 0xf3f3ed, 0xebf0e8, 0x2a3f3d, 0x8fb5a3, 0xc9dccb, 0x5f8a80, 0xe0c79a, 0xb5674d),
}

// FindPalette returns a palette by name. It panics on an unknown one.
func FindPalette(name string) *Palette {
	for i := range Palettes {
		if Palettes[i].Name == name {
			return &Palettes[i]
		}
	}
	panic("atelier: no palette named " + name)
}

// Mean is the mean colour of a palette in OKLab, its ground counted twice.
func (p *Palette) Mean() (l, a, b float64) {
	all := append([]rgb{p.Ground, p.Ground}, p.C...)
	for _, c := range all {
		x := c.lab()
		l, a, b = l+x.l, a+x.a, b+x.b
	}
	n := float64(len(all))
	return l / n, a / n, b / n
}
