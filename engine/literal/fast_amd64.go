package literal

import "golang.org/x/sys/cpu"

// What a processor with AVX2 and BMI2 does faster in instructions of its own.
// Each has a slow twin in Go, with which tests compare it.

func isFast() bool { return cpu.X86.HasAVX2 && cpu.X86.HasBMI2 }

// fastProbe lists the probes, a stride apart from text on, of which the bit is set
// in the table, and returns how many it has listed. The bit of a hash is that with
// the number hash>>shift. Groups are of four probes; of each eight bytes are read.
// It takes three fifths of the time of probe3: ten instructions a probe, as a bit
// test adds the bit to the length of the list.
//
//go:noescape
func fastProbe(text, table *byte, mul uint64, shift int, out *list, groups, stride int) int

// fastSift3 lists the three places that end in each of the windows, as far as
// their bits are set in the table, and returns how many it has listed. Windows
// count from ahead bytes behind text, and places from text: ten bytes from there
// on are read.
//
//go:noescape
func fastSift3(text, table *byte, mul uint64, shift int, out *list, windows *uint16, count, ahead int) int

// fastMarks makes a word of each 64 bytes from text on, in 12 instructions of
// AVX2 for 32 bytes. Most lines of a log have one odd byte, their end: with
// eight bytes at a time finding it took a tenth of a scan. It reads the byte
// before text, too.
//
//go:noescape
func fastMarks(text *byte, marks *uint64, words int)
