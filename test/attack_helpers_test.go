package test

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hotline/i18n"
	"hotline/test/rig"
)

func TestMain(m *testing.M) { rig.Main(m) }

// languages are the codes that pages have in their path.
var languages = func() (codes []string) {
	for _, l := range i18n.Languages {
		codes = append(codes, l.Code)
	}
	return codes
}()

// texts are the hotline's own words in a language.
func texts(t testing.TB, lang string) *i18n.Texts {
	t.Helper()
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalog.Texts(lang)
}

const boundary = "----boundary"

// part is one part of a multipart form, with its header as it stands.
func part(header, content string) string {
	return "--" + boundary + "\r\n" + header + "\r\n\r\n" + content + "\r\n"
}

func fieldPart(name, value string) string {
	return part(fmt.Sprintf(`Content-Disposition: form-data; name="%s"`, name), value)
}

func filePart(name, content string) string {
	return part(fmt.Sprintf("Content-Disposition: form-data; name=\"files\"; filename=\"%s\"\r\nContent-Type: text/plain", name), content)
}

func multipartForm(parts ...string) string {
	return strings.Join(parts, "") + "--" + boundary + "--\r\n"
}

const multipartType = "multipart/form-data; boundary=" + boundary

// post is a whole POST as it goes over the line; header lines end in "\r\n".
func post(path, headers, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: hotline.example\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n%s",
		path, multipartType, headers, len(body), body)
}

// sendAll sends requests at the same time and returns their answers in order.
func sendAll(t *testing.T, requests []*http.Request) []rig.Response {
	t.Helper()
	answers := make([]rig.Response, len(requests))
	errs := make([]error, len(requests))
	var wg sync.WaitGroup
	for i, r := range requests {
		wg.Go(func() { answers[i], errs[i] = rig.Send(r) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	return answers
}

// sealedFiles lists the files in the server's folder of sealed files.
func sealedFiles(t *testing.T, s *rig.Server) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(s.Data, "files", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
