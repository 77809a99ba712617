package pack

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// ReadFolder reads a folder with a manifest. within is put before the names of its
// files in messages. What begins with a dot is no part of a pack, and neither is the
// signature of the manifest; anything else that does not belong into a pack is
// refused. manifest are the bytes of the manifest as they were read, for whoever
// signs or checks them.
func ReadFolder(fsys fs.FS, folder, within string) (p *Pack, manifest []byte, msgs []source.Message) {
	say := func(name, check, text string) {
		msgs = append(msgs, source.Message{Position: source.Position{File: within + name}, Check: check, Text: text})
	}
	var files []File
	total := int64(0)
	err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			say(name, "file.read", err.Error())
			return nil
		case name == ".":
			return nil
		case strings.HasPrefix(e.Name(), "."):
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case e.IsDir() || name == rules.ManifestFile+SignatureEnding:
			return nil
		case !e.Type().IsRegular():
			say(name, "pack.name", "neither a folder nor a plain file; links are not followed in a pack")
			return nil
		case len(files) >= maxFiles:
			say(name, "pack.size", fmt.Sprintf("the pack has more than %d files", maxFiles))
			return fs.SkipAll
		}
		if wrong := checkName(name); wrong != "" && name != rules.ManifestFile {
			say(name, "pack.name", wrong)
			return nil
		}
		info, err := e.Info()
		if err == nil && info.Size() > maxMember {
			say(name, "pack.size", fmt.Sprintf("the file has %d bytes; at most %d are read", info.Size(), maxMember))
			return nil
		}
		var data []byte
		if err == nil {
			if total += info.Size(); total > MaxFile {
				say(name, "pack.size", fmt.Sprintf("with this file the pack has more than %d bytes", MaxFile))
				return fs.SkipAll
			}
			data, err = fs.ReadFile(fsys, name)
		}
		if err != nil {
			say(name, "file.read", err.Error())
			return nil
		}
		if name == rules.ManifestFile {
			manifest = data
			return nil
		}
		files = append(files, File{name, data})
		return nil
	})
	if err != nil {
		say("", "file.read", err.Error())
	}
	var m Manifest
	if manifest == nil {
		say(rules.ManifestFile, "pack.manifest", "a pack needs this file, its manifest")
	} else {
		var more []source.Message
		m, more = ParseManifest(within+rules.ManifestFile, manifest)
		msgs = append(msgs, more...)
	}
	if len(msgs) > 0 {
		return nil, manifest, source.Sort(msgs)
	}
	p, msgs = newPack(folder, within, m, files)
	return p, manifest, msgs
}
