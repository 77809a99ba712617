//go:build !amd64

package literal

func isFast() bool { return false }

func fastProbe(*byte, *byte, uint64, int, *list, int, int) int { panic("not this processor") }

func fastSift3(*byte, *byte, uint64, int, *list, *uint16, int, int) int { panic("not this processor") }

func fastMarks(*byte, *uint64, int) { panic("not this processor") }
