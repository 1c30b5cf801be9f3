package metadata

// Bounds on what one Clean call holds and does. They are part of the format: the browser's filter refuses at the same
// points.
const (
	// bufferSize is the largest piece read at once, in bytes. It exceeds the longest JPEG segment (65,535 bytes).
	bufferSize = 256 << 10
	// maxPieces is how many pieces the layout of one image may have.
	maxPieces = 1 << 16
	// maxExif is how many bytes of a PNG or WebP Exif block are looked at for the orientation.
	maxExif = 64 << 10
	// maxProfile is the longest ICC profile, in bytes, as stored and as unpacked.
	maxProfile = 4 << 20
	// maxProfileTags is the most tags that an ICC profile may have.
	maxProfileTags = 100

	// maxEntries is the most entries of a ZIP container.
	maxEntries = 10_000
	// maxName is the longest name of an entry, in bytes.
	maxName = 1024
	// maxXML is the longest XML part, in bytes, unpacked.
	maxXML = 16 << 20
	// maxDepth is the deepest nesting of XML elements.
	maxDepth = 512
	// maxAttrs is the most attributes of an XML tag.
	maxAttrs = 256
	// maxFieldCode is how many bytes of a Word field's code are looked at.
	maxFieldCode = 4 << 10

	// maxDirectories is how many directories of an Exif structure are looked through for what they say.
	maxDirectories = 16
	// maxText is the longest text of a PNG file that is looked through, in bytes, unpacked.
	maxText = 1 << 20
	// maxPictures and maxTexts are how many pictures, and how many parts with text, of a document are looked through.
	maxPictures = 50
	maxTexts    = 100
)

// unpackedLimit bounds the sum of all unpacked parts of a ZIP container of size bytes: what is stored may be as large as
// the container, what is deflated must not be a bomb.
func unpackedLimit(size int64) int64 {
	return min(512<<20+size, 32<<20+50*size)
}

// cleanedLimit bounds the cleaned form of a ZIP container of size bytes. Edited parts are stored, so that one that was
// packed well could otherwise grow a hundredfold.
func cleanedLimit(size int64) int64 {
	return 2*size + 1<<20
}
