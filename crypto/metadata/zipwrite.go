package metadata

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

const (
	zipVersion = 20     // 2.0: folders and deflate; written by FAT
	zipDate    = 0x0021 // 1980-01-01, the first that DOS knows
)

// zipWriter writes an archive whose every byte follows from the names and the contents: no times, extra fields,
// comments, attributes or data descriptors.
type zipWriter struct {
	w         io.Writer
	limit     int64 // bytes of all entries
	written   int64
	directory []byte
	count     int
}

// header starts an entry; packed bytes must follow through copyRange or write.
func (z *zipWriter) header(e *entry) error {
	if z.written > math.MaxUint32 || e.packed > math.MaxUint32 || e.size > math.MaxUint32 {
		return fmt.Errorf("%w: ZIP archive beyond 4 GiB", ErrTooLarge)
	}
	if z.written+e.packed > z.limit {
		return fmt.Errorf("%w: %d bytes of a cleaned ZIP archive", ErrTooLarge, z.written+e.packed)
	}
	var flags uint16
	for i := range len(e.name) {
		if e.name[i] >= 0x80 {
			flags = flagUTF8
		}
	}
	le := binary.LittleEndian
	common := le.AppendUint16(nil, zipVersion)
	common = le.AppendUint16(common, flags)
	common = le.AppendUint16(common, e.method)
	common = le.AppendUint16(common, 0) // time 00:00
	common = le.AppendUint16(common, zipDate)
	common = le.AppendUint32(common, e.crc)
	common = le.AppendUint32(common, uint32(e.packed))
	common = le.AppendUint32(common, uint32(e.size))
	common = le.AppendUint16(common, uint16(len(e.name)))
	common = le.AppendUint16(common, 0) // extra field

	z.directory = append(z.directory, directorySignature...)
	z.directory = le.AppendUint16(z.directory, zipVersion)
	z.directory = append(z.directory, common...)
	z.directory = append(z.directory, make([]byte, 10)...) // comment, volume, attributes
	z.directory = le.AppendUint32(z.directory, uint32(z.written))
	z.directory = append(z.directory, e.name...)
	z.count++

	local := append([]byte(localSignature), common...)
	z.written += int64(len(local)) + int64(len(e.name)) + e.packed
	if _, err := z.w.Write(local); err != nil {
		return err
	}
	_, err := io.WriteString(z.w, e.name)
	return err
}

// store writes b as a stored entry.
func (z *zipWriter) store(name string, b []byte) error {
	size := int64(len(b))
	if err := z.header(&entry{name: name, crc: crc32.ChecksumIEEE(b), packed: size, size: size}); err != nil {
		return err
	}
	_, err := z.w.Write(b)
	return err
}

// raw copies an entry of another archive with its packed bytes as they are.
func (z *zipWriter) raw(a *archive, e *entry) error {
	if err := z.header(e); err != nil {
		return err
	}
	return copyRange(z.w, a.src, e.data, e.packed, make([]byte, min(bufferSize, e.packed)))
}

// image stores a cleaned picture: one pass for its checksum, one to write it.
func (z *zipWriter) image(name string, l *layout, src io.ReaderAt) error {
	sum := crc32.NewIEEE()
	if err := l.writeTo(sum, src); err != nil {
		return err
	}
	size := l.size()
	if err := z.header(&entry{name: name, crc: sum.Sum32(), packed: size, size: size}); err != nil {
		return err
	}
	return l.writeTo(z.w, src)
}

// close writes the directory.
func (z *zipWriter) close() error {
	if z.written+int64(len(z.directory)) > math.MaxUint32 {
		return fmt.Errorf("%w: ZIP archive beyond 4 GiB", ErrTooLarge)
	}
	le := binary.LittleEndian
	end := append(z.directory, endSignature...)
	end = append(end, 0, 0, 0, 0) // volumes
	end = le.AppendUint16(end, uint16(z.count))
	end = le.AppendUint16(end, uint16(z.count))
	end = le.AppendUint32(end, uint32(len(z.directory)))
	end = le.AppendUint32(end, uint32(z.written))
	end = append(end, 0, 0) // comment
	_, err := z.w.Write(end)
	return err
}
