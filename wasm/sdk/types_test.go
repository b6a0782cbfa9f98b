//go:build !js

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tools installs what types/package.json pins, unless it is there.
func tools(t *testing.T) string {
	if testing.Short() {
		t.Skip("runs the compiler of TypeScript")
	}
	if _, err := os.Stat("types/node_modules/typescript"); err != nil {
		npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		npm.Dir = "types"
		out, err := npm.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	bin, err := filepath.Abs("types/node_modules/.bin")
	require.NoError(t, err)
	return bin
}

// installed is a folder in which the package is installed as npm does, from its files in public.
func installed(t *testing.T) string {
	dir := t.TempDir()
	for _, name := range []string{"use.ts", "tsconfig.json"} {
		require.NoError(t, copyFile(filepath.Join("types", name), filepath.Join(dir, name)))
	}
	to := filepath.Join(dir, "node_modules", "lethe")
	for _, name := range []string{"lethe.js", "lethe.d.ts"} {
		require.NoError(t, copyFile(filepath.Join("..", "..", "public", name), filepath.Join(to, name)))
	}
	require.NoError(t, writeManifest(to))
	return dir
}

func TestTypes(t *testing.T) {
	bin, dir := tools(t), installed(t)
	out, err := exec.Command(filepath.Join(bin, "tsc"), "-p", dir).CombinedOutput()
	require.NoError(t, err, string(out))

	// The check can fail: a wrong use does not compile.
	require.NoError(t, os.WriteFile(filepath.Join(dir, "use.ts"), []byte(`import { Lethe } from "lethe"; Lethe.open({ catalogue: "x" });`), 0o644))
	out, err = exec.Command(filepath.Join(bin, "tsc"), "-p", dir).CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(out), "catalogue")
}

// Every public member of the classes in lethe.js is declared, and the other way round.
func TestTypesAreThoseOfTheModule(t *testing.T) {
	source, err := os.ReadFile("../../public/lethe.js")
	require.NoError(t, err)
	types, err := os.ReadFile("../../public/lethe.d.ts")
	require.NoError(t, err)
	members := func(text []byte, head, member string) []string {
		class := regexp.MustCompile(`(?ms)^export class ` + head + `.*?^}`).Find(text)
		require.NotNil(t, class, head)
		seen := map[string]bool{}
		for _, m := range regexp.MustCompile(`(?m)`+member).FindAllSubmatch(class, -1) {
			seen[string(m[1])] = true
		}
		delete(seen, "constructor")
		delete(seen, "kept") // fields, which open sets
		delete(seen, "offline")
		var out []string
		for m := range seen {
			out = append(out, m)
		}
		return out
	}
	assert.ElementsMatch(t, members(types, `Lethe<`, `^  (?:static |readonly )*(\w+)[(<:?]`), members(source, `Lethe `, `^  (?:static |async |get )*(\w+)\(.*\{`))
}

// The reference is made from the types: a page for the class, with every method and its description.
func TestReference(t *testing.T) {
	bin, dir := tools(t), installed(t)
	to := filepath.Join(t.TempDir(), "reference")
	cmd := exec.Command(filepath.Join(bin, "typedoc"), "--entryPoints", filepath.Join(dir, "node_modules", "lethe", "lethe.d.ts"), "--tsconfig", filepath.Join(dir, "tsconfig.json"),
		"--out", to, "--readme", "none", "--disableSources", "--name", "lethe", "--treatWarningsAsErrors")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	page, err := os.ReadFile(filepath.Join(to, "classes", "Lethe.html"))
	require.NoError(t, err)
	for _, words := range []string{"recommend", "Ranks what the visitor has not liked yet", "similar", "forget", "Forgets for good", "audit", "receipt", "export", "sync", "close"} {
		assert.Contains(t, string(page), words)
	}
}

// The published schema takes the catalogues of the examples and refuses what the SDK refuses.
func TestSchema(t *testing.T) {
	tools(t)
	dir := t.TempDir()
	require.NoError(t, writeShop(filepath.Join(dir, "shop")))
	args := []string{"validate.mjs", "../../../public/catalog.schema.json", "../../../public/examples/blog/catalog.json", "../../../public/examples/films/catalog.json",
		filepath.Join(dir, "shop", "catalog.json")}
	for name, content := range map[string]string{"empty": `[]`, "untitled": `[{"id": "a"}]`, "nameless": `[{"title": "a"}]`, "creator": `[{"id": "a", "title": "b", "creator": 7}]`, "object": `{}`} {
		file := filepath.Join(dir, name+".json")
		require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
		args = append(args, file)
	}
	cmd := exec.Command("node", args...)
	cmd.Dir = "types"
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Len(t, lines, 8)
	assert.Equal(t, []string{"valid", "valid", "valid"}, lines[:3])
	assert.NotContains(t, lines[3:], "valid")
}
