package metadata

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

func benchmarkClean(b *testing.B, src io.ReaderAt, size int64) {
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Clean(io.Discard, src, size); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJPEG(b *testing.B) {
	plain := plainJPEG(b)
	in := append(bytes.Clone(plain[:len(plain)-2]), bytes.Repeat([]byte("abcdefg\xff\x00"), 16<<20/9)...)
	in = append(in, 0xFF, 0xD9)
	benchmarkClean(b, bytes.NewReader(in), int64(len(in)))
}

// BenchmarkWord is measured by the unpacked size of its text.
func BenchmarkWord(b *testing.B) {
	const paragraph = `<w:p w:rsidR="00A1B2C3" w:rsidRDefault="00D4E5F6"><w:pPr><w:rPr><w:b/></w:rPr></w:pPr><w:r w:rsidRPr="00A1B2C3"><w:t xml:space="preserve">Some words of a report. </w:t></w:r></w:p>`
	text := `<w:document xmlns:w="x"><w:body>` + strings.Repeat(paragraph, 8<<20/len(paragraph)) + `</w:body></w:document>`
	in := rawZip(append(smallest()[:2], stored("word/document.xml", text)), nil)
	benchmarkClean(b, bytes.NewReader(in), int64(len(in)))
}
