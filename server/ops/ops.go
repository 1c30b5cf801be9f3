// Package ops answers those who run the server, on a listener of its own:
// whether it lives, whether it can store a report, whether handlers can be told of
// it, and how it uses the machine.
// It counts no request: a count that rises at nine in the morning would tell a
// manager when somebody wrote.
package ops

import (
	"context"
	"log/slog"
	"math"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const readyTimeout = 5 * time.Second

// Handler serves /livez, /readyz and /metrics. ready says why a report could
// not be stored now, or nil; failing counts the people and webhooks that cannot be
// told that there is something new. They make the server no less ready: whoever took
// it out of service for that would turn reports away.
func Handler(ready func(context.Context) error, failing func(context.Context) (int, error), log *slog.Logger) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		gauge(failing, log),
	)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {
		say(w, http.StatusOK, "alive")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
		defer cancel()
		if err := ready(ctx); err != nil {
			log.Error("not ready", "error", err)
			say(w, http.StatusServiceUnavailable, "not ready: the database cannot be written, see the log")
			return
		}
		text := "ready"
		if n, err := failing(ctx); err == nil && n > 0 {
			text += "\nmail: failing"
		}
		say(w, http.StatusOK, text)
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return mux
}

// gauge is the number of those who cannot be told. It changes at the fixed times at
// which mail leaves, and says nothing of how much there is to tell.
func gauge(failing func(context.Context) (int, error), log *slog.Logger) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "hotline_notices_failing",
		Help: "People and webhooks that cannot be told that there is something new.",
	}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), readyTimeout)
		defer cancel()
		n, err := failing(ctx)
		if err != nil {
			log.Error("those who cannot be told could not be counted", "error", err)
			return math.NaN()
		}
		return float64(n)
	})
}

// Serve answers until the context ends.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute}
	stopped := context.AfterFunc(ctx, func() { s.Close() })
	defer stopped()
	if err := s.Serve(l); err != http.ErrServerClosed {
		return err
	}
	return nil
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write([]byte(text + "\n"))
}
