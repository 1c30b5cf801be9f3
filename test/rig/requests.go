package rig

import (
	"errors"
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
