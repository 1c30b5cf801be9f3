package rig

import (
	"fmt"
	"strings"
)

// Boundary is that of MultipartForm.
const Boundary = "----boundary"

// Part is one part of a multipart form, with its header as it stands.
func Part(header, content string) string {
	return "--" + Boundary + "\r\n" + header + "\r\n\r\n" + content + "\r\n"
}

// FieldPart is a field of a multipart form.
func FieldPart(name, value string) string {
	return Part(fmt.Sprintf(`Content-Disposition: form-data; name="%s"`, name), value)
}

// FilePart is a text file of a multipart form.
func FilePart(name, content string) string {
	return Part(fmt.Sprintf("Content-Disposition: form-data; name=\"files\"; filename=\"%s\"\r\nContent-Type: text/plain", name), content)
}

// MultipartForm is a form's body, of parts.
func MultipartForm(parts ...string) string {
	return strings.Join(parts, "") + "--" + Boundary + "--\r\n"
}

// MultipartType is the content type of MultipartForm.
const MultipartType = "multipart/form-data; boundary=" + Boundary

// RawPost is a whole POST as it goes over the line; header lines end in "\r\n".
func RawPost(path, headers, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: hotline.example\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n%s",
		path, MultipartType, headers, len(body), body)
}
