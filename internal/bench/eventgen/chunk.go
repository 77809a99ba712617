package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The layout of the format: https://github.com/libyal/libevtx/blob/main/documentation/Windows%20XML%20Event%20Log%20(EVTX).asciidoc
const (
	fileHeaderSize   = 4096
	chunkSize        = 65536
	maxChunks        = 65535
	chunkHeaderSize  = 512
	recordHeaderSize = 24
	fullEnough       = chunkSize * 9 / 10
)

var (
	fileMagic   = []byte("ElfFile\x00")
	chunkMagic  = []byte("ElfChnk\x00")
	recordMagic = []byte("**\x00\x00")
)

var le = binary.LittleEndian

// counter numbers records and tells their times.
type counter struct {
	next uint64
	at   time.Time
}

func (c *counter) record() (number, filetime uint64) {
	number = c.next
	c.next++
	c.at = c.at.Add(73 * time.Millisecond)
	return number, toFiletime(c.at)
}

// toFiletime returns units of 100 ns since 1601.
func toFiletime(t time.Time) uint64 {
	return uint64(t.Unix()+11644473600)*1e7 + uint64(t.Nanosecond()/100)
}

// fullChunks returns the chunks of all files below a folder that are at least
// 90% full and whose records can be numbered anew.
func fullChunks(folder string) ([][]byte, error) {
	var list [][]byte
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !strings.EqualFold(filepath.Ext(path), ".evtx") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for at := fileHeaderSize; at+chunkSize <= len(text); at += chunkSize {
			chunk := text[at : at+chunkSize]
			if bytes.HasPrefix(chunk, chunkMagic) && le.Uint32(chunk[48:]) >= fullEnough && le.Uint32(chunk[48:]) <= chunkSize &&
				renumber(bytes.Clone(chunk), &counter{next: 1}) == nil {
				list = append(list, chunk)
			}
		}
		return nil
	})
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("no full chunk in the files *.evtx below %s", folder)
	}
	return list, err
}

// records calls yield with each record of a chunk and where it begins.
func records(chunk []byte, yield func(record []byte, at int) error) error {
	end := int(le.Uint32(chunk[48:]))
	for at := chunkHeaderSize; at < end; {
		if end-at < recordHeaderSize+4 || !bytes.HasPrefix(chunk[at:], recordMagic) {
			return fmt.Errorf("no record at %d", at)
		}
		size := int(le.Uint32(chunk[at+4:]))
		if size < recordHeaderSize+4 || size > end-at || int(le.Uint32(chunk[at+size-4:])) != size {
			return fmt.Errorf("record at %d has size %d", at, size)
		}
		if err := yield(chunk[at:at+size], at); err != nil {
			return err
		}
		at += size
	}
	return nil
}

// renumber gives the records of a chunk the next numbers and times, in their
// headers and in their values.
func renumber(chunk []byte, c *counter) error {
	first := c.next
	err := records(chunk, func(record []byte, at int) error {
		number, filetime := c.record()
		err := patchValues(record, at, number, filetime-le.Uint64(record[16:]))
		if size := len(record); err == nil && (int(le.Uint32(record[4:])) != size || int(le.Uint32(record[size-4:])) != size) {
			err = fmt.Errorf("the values of the record at %d lie over its size", at)
		}
		le.PutUint64(record[8:], number)
		le.PutUint64(record[16:], filetime)
		le.PutUint32(chunk[44:], uint32(at))
		return err
	})
	if err == nil && c.next == first {
		err = errors.New("a chunk without records")
	}
	for _, at := range []int{8, 24} {
		le.PutUint64(chunk[at:], first)
		le.PutUint64(chunk[at+8:], c.next-1)
	}
	return err
}

// seal puts the checksums of a chunk right.
func seal(chunk []byte) {
	le.PutUint32(chunk[52:], crc32.ChecksumIEEE(chunk[chunkHeaderSize:le.Uint32(chunk[48:])]))
	sum := crc32.ChecksumIEEE(chunk[:120])
	le.PutUint32(chunk[124:], crc32.Update(sum, crc32.IEEETable, chunk[128:chunkHeaderSize]))
}

// fileHeader returns the header of a file of n chunks, sealed.
func fileHeader(n int, nextRecord uint64) []byte {
	h := make([]byte, fileHeaderSize)
	copy(h, fileMagic)
	le.PutUint64(h[16:], uint64(n-1))
	le.PutUint64(h[24:], nextRecord)
	le.PutUint32(h[32:], 128)
	le.PutUint16(h[36:], 1)
	le.PutUint16(h[38:], 3)
	le.PutUint16(h[40:], fileHeaderSize)
	le.PutUint16(h[42:], uint16(n))
	le.PutUint32(h[124:], crc32.ChecksumIEEE(h[:120]))
	return h
}
