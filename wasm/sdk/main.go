//go:build !js

// Command sdk makes what owners of other sites take away, from a built site:
//
//	sdk dist/site dist/npm
//
// It shrinks the site's lethe.js, writes what the examples are made of into the site, and puts the npm package into the second folder,
// to be packed by npm pack: lethe.js with its types, the engine with all that it starts from, the catalogue's schema and the examples.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// Version is that of the package.
const Version = "0.1.0"

// shipped are the files of the site that the package holds beside lethe.js.
var shipped = []string{"lethe.d.ts", "catalog.schema.json", "engine.js", "engine.wasm", "wasm_exec.js", "gpu.js"}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: sdk SITE PACKAGE")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "sdk:", err)
		os.Exit(1)
	}
}

func run(site, out string) error {
	if err := minify(filepath.Join(site, "lethe.js")); err != nil {
		return err
	}
	if err := writeShop(filepath.Join(site, "examples", "shop")); err != nil {
		return err
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	for _, name := range append([]string{"lethe.js"}, shipped...) {
		if err := copyFile(filepath.Join(site, name), filepath.Join(out, name)); err != nil {
			return err
		}
	}
	examples := os.DirFS(filepath.Join(site, "examples"))
	err := fs.WalkDir(examples, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(name, ".br") {
			return err
		}
		return copyFile(filepath.Join(site, "examples", name), filepath.Join(out, "examples", name))
	})
	if err != nil {
		return err
	}
	licence := "LICENSE"
	if _, err := os.Stat(licence); err != nil {
		licence = filepath.Join("..", "..", licence) // the tests' folder
	}
	return errors.Join(writeManifest(out), copyFile(licence, filepath.Join(out, "LICENSE")), os.WriteFile(filepath.Join(out, "README.md"), []byte(readme), 0o644))
}

func writeManifest(dir string) error {
	b, err := json.MarshalIndent(packageJSON, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "package.json"), append(b, '\n'), 0o644)
}

var packageJSON = map[string]any{
	"name": "lethe", "version": Version, "type": "module", "license": "MIT",
	"description": "Private recommendations with a working \"forget me\" for any static site, on the visitor's own device",
	"main":        "lethe.js", "types": "lethe.d.ts", "sideEffects": true,
	"exports": map[string]any{".": map[string]string{"types": "./lethe.d.ts", "default": "./lethe.js"}, "./*": "./*"},
}

const readme = "# lethe\n\nRecommendations that train, forget and prove it on the visitor's own device. Copy this folder beside your pages:\n\n" +
	"```html\n<script type=\"module\" src=\"lethe/lethe.js\"></script>\n<button data-lethe-like=\"a-post\">I like this</button>\n" +
	"<lethe-shelf catalog=\"catalog.json\"></lethe-shelf>\n<lethe-forget>Forget me</lethe-forget>\n```\n\n" +
	"`catalog.json` is a list of items, `[{\"id\": \"a-post\", \"title\": \"A post\", \"url\": \"a-post.html\"}, …]`; `catalog.schema.json` says all of it. " +
	"`lethe.d.ts` describes the elements' attributes and the JavaScript interface, `const rec = await Lethe.open({ catalog: \"catalog.json\" })`. The examples run from any static server: serve this folder and open `examples/blog/`.\n\n" +
	"A page with a content security policy needs `script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'`. Everything stays on the device; " +
	"nothing is sent unless `receipts` names where, and then hashes that name nobody.\n"

// minify shrinks a module in place. Doing so twice changes nothing more.
func minify(name string) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	r := api.Transform(string(b), api.TransformOptions{Sourcefile: filepath.Base(name), Format: api.FormatESModule, Target: api.ES2022,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, LegalComments: api.LegalCommentsNone})
	if len(r.Errors) > 0 {
		return fmt.Errorf("%s: %s", name, r.Errors[0].Text)
	}
	return os.WriteFile(name, r.Code, 0o644)
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o644)
}
