package archive

import (
	"encoding/binary"
	"unicode/utf16"
)

// szFile is one entry of the list.
type szFile struct {
	name       string
	mtime      uint64
	attributes uint32
	noStream   bool
	emptyFile  bool
	anti       bool
}

// files reads FilesInfo.
func (p *szParser) files() []szFile {
	n := p.number()
	if n > szFilesMax {
		p.fail(errSzMany)
		return nil
	}
	if n > int64(len(p.b)) {
		p.fail(errSzShort)
		return nil
	}
	files := make([]szFile, n)
	for p.err == nil {
		id := p.byte()
		if id == szEnd {
			break
		}
		field := szParser{b: p.take(p.number())}
		if p.err != nil {
			break
		}
		field.property(id, files)
		if field.err != nil {
			p.fail(field.err)
		}
	}
	return files
}

func (p *szParser) property(id byte, files []szFile) {
	switch id {
	case szEmptyStream:
		for i, v := range p.bits(len(files)) {
			files[i].noStream = v
		}
	case szEmptyFile, szAnti:
		var empty []*szFile
		for i := range files {
			if files[i].noStream {
				empty = append(empty, &files[i])
			}
		}
		for i, v := range p.bits(len(empty)) {
			if id == szAnti {
				empty[i].anti = v
			} else {
				empty[i].emptyFile = v
			}
		}
	case szNames:
		p.names(files)
	case szMTime:
		for i, ok := range p.external(len(files)) {
			if b := p.when(ok, 8); b != nil {
				files[i].mtime = binary.LittleEndian.Uint64(b)
			}
		}
	case szAttributes:
		for i, ok := range p.external(len(files)) {
			if b := p.when(ok, 4); b != nil {
				files[i].attributes = binary.LittleEndian.Uint32(b)
			}
		}
	}
}

func (p *szParser) external(n int) []bool {
	defined := p.optionalBits(n)
	if p.byte() != 0 {
		p.fail(errSzForm)
		return nil
	}
	return defined
}

func (p *szParser) when(ok bool, n int64) []byte {
	if !ok {
		return nil
	}
	return p.take(n)
}

// names reads names in UTF-16, each with a zero at its end.
func (p *szParser) names(files []szFile) {
	if p.byte() != 0 {
		p.fail(errSzForm)
		return
	}
	var units []uint16
	for i := range files {
		units = units[:0]
		for {
			b := p.take(2)
			if b == nil {
				return
			}
			c := binary.LittleEndian.Uint16(b)
			if c == 0 {
				break
			}
			units = append(units, c)
		}
		files[i].name = string(utf16.Decode(units))
	}
}
