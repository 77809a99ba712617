package evt

import (
	"context"
	"errors"
	"io"
)

const (
	maxFile   = 512 << 20
	firstRead = 1 << 20
)

// load reads a file up to most bytes and says whether there is more. The buffer
// grows to the size that the header promises once the file has proved to be
// large, so that a small file cannot ask for much, and a large one is copied
// seldom. With an error it gives what was read before.
func load(ctx context.Context, r io.Reader, most int) (data []byte, more bool, err error) {
	data = make([]byte, 0, 64<<10)
	for {
		if err := ctx.Err(); err != nil {
			return data, false, err
		}
		if len(data) == cap(data) {
			if len(data) >= most {
				n, err := io.ReadFull(r, make([]byte, 1))
				if n == 0 && errors.Is(err, io.EOF) {
					err = nil
				}
				return data, n > 0, err
			}
			data = append(make([]byte, 0, grown(data, most)), data...)
		}
		n, err := r.Read(data[len(data):min(cap(data), len(data)+firstRead)])
		data = data[:len(data)+n]
		if errors.Is(err, io.EOF) {
			return data, false, nil
		}
		if err != nil {
			return data, false, err
		}
	}
}

// grown is the next size of a full buffer that holds less than most bytes.
func grown(data []byte, most int) int {
	if len(data) < firstRead {
		return firstRead
	}
	size := 2 * len(data)
	if promised := int(u32(data, 32)) + 1; promised > len(data) && promised <= 8*len(data) {
		size = promised
	}
	return min(size, most)
}
