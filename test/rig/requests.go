package rig

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// SendAll sends requests at the same time and returns their answers in order.
func SendAll(t testing.TB, requests []*http.Request) []Response {
	t.Helper()
	answers := make([]Response, len(requests))
	errs := make([]error, len(requests))
	var wg sync.WaitGroup
	for i, r := range requests {
		wg.Go(func() { answers[i], errs[i] = Send(r) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	return answers
}

// SendBody posts a body of any type.
func (s *Server) SendBody(t testing.TB, path, contentType, body string) Response {
	t.Helper()
	r, err := http.NewRequest("POST", s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return Do(t, r)
}

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
