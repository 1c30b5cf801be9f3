package metadata

import (
	"bytes"
	"strings"
)

// localRoots begin the paths of files on somebody's machine.
var localRoots = tables.Paths.Roots.list()

// mayBePath rules most values out before they are looked at closely.
func mayBePath(s []byte) bool {
	return bytes.IndexByte(s, '/') >= 0 || bytes.IndexByte(s, '\\') >= 0
}

// isLocalPath reports whether s is the path of a file on somebody's machine or network: C:\…, C:/…, \\server\share,
// file:…, /Users/….
func isLocalPath(s string) bool {
	lower := foldASCII(s)
	for _, root := range localRoots {
		if strings.HasPrefix(lower, root) {
			return true
		}
	}
	return isDrivePath(s) || isSharePath(s)
}

// isDrivePath tells C:\ and C:/.
func isDrivePath(s string) bool {
	return len(s) >= 3 && isLetter(s[0]) && s[1] == ':' && (s[2] == '\\' || s[2] == '/')
}

// isSharePath tells \\server\share. Number formats such as \\#,##0 are not that.
func isSharePath(s string) bool {
	server, share, found := strings.Cut(strings.TrimPrefix(s, `\\`), `\`)
	if !found || !strings.HasPrefix(s, `\\`) || server == "" || share == "" {
		return false
	}
	for _, c := range []byte(server) {
		if !isLetter(c) && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' && c != '$' {
			return false
		}
	}
	return true
}

// holdsLocalPath reports whether a field code mentions such a path anywhere. Field codes double their backslashes.
func holdsLocalPath(code string) bool {
	lower := foldASCII(code)
	if strings.Contains(lower, "file:/") || strings.Contains(lower, `file:\`) || strings.Contains(code, `\\\\`) {
		return true
	}
	for i := range len(code) {
		drive := isDrivePath(code[i:]) && (code[i+2] == '/' || strings.HasPrefix(code[i+2:], `\\`))
		if drive && (i == 0 || !isLetter(code[i-1])) {
			return true
		}
	}
	return false
}

// pictureExtensions end the names of picture files.
var pictureExtensions = tables.Paths.Pictures.list()

// isFileName reports whether s is a path, or the bare name of a picture file. Office programs put these into the names
// and alternative texts of inserted pictures; an alternative text that somebody wrote is not touched.
func isFileName(s string) bool {
	lower := foldASCII(s)
	for _, extension := range pictureExtensions {
		if strings.HasSuffix(lower, extension) {
			return true
		}
	}
	return isLocalPath(s)
}

// webSchemes begin links to the web or to somebody's mail or telephone.
var webSchemes = tables.Paths.Schemes.list()

// isWebAddress reports whether a link leads to the web or to somebody's mail or telephone, which is text that the author
// wrote, not a trace of their machine.
func isWebAddress(s string) bool {
	lower := foldASCII(s)
	for _, scheme := range webSchemes {
		if strings.HasPrefix(lower, scheme) {
			return true
		}
	}
	return false
}

func isLetter(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z'
}
