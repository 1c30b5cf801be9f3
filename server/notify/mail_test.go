package notify_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"testing"
	"time"

	"hotline/i18n"
	"hotline/server/mail"
	"hotline/server/notify"
	"hotline/server/settings"
	"hotline/store/casework"
	"hotline/test/rig/mailserver"
)

func TestMain(m *testing.M) {
	if err := mailserver.Trust(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// Mail is in the language that somebody chose, and the same for everybody who reads it.
func TestMailLanguages(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		texts, err := i18n.Load()
		if err != nil {
			t.Fatal(err)
		}
		post := mailserver.Start(t, mailserver.Options{})
		chosen := settings.New(settings.Parts{Store: w.store, Log: slog.New(slog.DiscardHandler), Now: w.Now})
		sender := notify.NewMail(notify.MailParts{
			Server: &mail.Server{Host: "127.0.0.1", Port: post.Port(), From: "desk@hotline.example"},
			Store:  w.store, Settings: chosen, Texts: texts, PublicURL: "https://hotline.example",
		})
		language := map[string]string{"": i18n.Languages[0].Code}
		for _, l := range i18n.Languages {
			language[l.Code] = l.Code
		}
		subjects := map[string]bool{}
		for choice, code := range language {
			var sent []string
			for _, name := range []string{"a", "somebody.else"} {
				id := w.handler(name+"-"+choice, "handler")
				w.exec(`UPDATE handlers SET language = $2 WHERE id = $1`, id, choice)
				if err := sender.Send(t.Context(), id, start); err != nil {
					t.Fatal(err)
				}
			}
			if err := sender.Test(t.Context(), "admin@example.org", choice, start); err != nil {
				t.Fatal(err)
			}
			mails := post.Mails()
			subject := ""
			for i, m := range mails[len(mails)-3:] {
				header, text := m.Read(t)
				if i == 0 {
					subject = header.Get("Subject")
				}
				if header.Get("Subject") != subject || header.Get("Date") != "Mon, 30 Nov 2026 10:00:00 +0000" {
					t.Errorf("%q: %v", choice, header)
				}
				sent = append(sent, text)
			}
			want := fmt.Sprintf("%s\n\nhttps://hotline.example/%s/desk/\n\n%s\n", texts.Texts(code).T("mail.body"), code, texts.Texts(code).T("mail.why"))
			if sent[0] != want || sent[1] != want || sent[2] != want+"\n"+texts.Texts(code).T("mail.test")+"\n" || subject != texts.Texts(code).T("mail.subject") {
				t.Errorf("%q: %q\n%q", choice, subject, sent)
			}
			subjects[subject] = true
		}
		if len(subjects) != len(i18n.Languages) {
			t.Errorf("%d subjects", len(subjects))
		}
		if err := sender.Send(t.Context(), "nobody", start); err != nil {
			t.Errorf("to somebody who left: %v", err)
		}
		w.told.tries()
	})
}

// A server that takes all of the time of a delivery holds up nobody else.
func TestMailSlow(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		texts, err := i18n.Load()
		if err != nil {
			t.Fatal(err)
		}
		host, port, _ := net.SplitHostPort(mailserver.Raw(t, "220-one moment\r\n"))
		number, _ := strconv.Atoi(port)
		sender := notify.NewMail(notify.MailParts{
			Server: &mail.Server{Host: host, Port: number, From: "desk@hotline.example"}, Store: w.store, Texts: texts, PublicURL: "https://hotline.example",
			Settings: settings.New(settings.Parts{Store: w.store, Log: slog.New(slog.DiscardHandler), Now: w.Now}),
		})
		id := w.handler("a", "handler")
		limited, cancel := context.WithTimeout(t.Context(), 5*time.Second) // enough to ask the store on a busy machine
		defer cancel()
		var f *notify.Fault
		if err := sender.Send(limited, id, start); !errors.As(err, &f) || f.Code != casework.FaultTimeout || !f.Shared {
			t.Errorf("%v, want a timeout of all mail", err)
		}
		w.told.tries()
	})
}

// A fault of the server is one of all mail, a fault of an address is not; and the
// worker delivers by a real server when it takes mail again.
func TestMailFaults(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		texts, err := i18n.Load()
		if err != nil {
			t.Fatal(err)
		}
		post := mailserver.Start(t, mailserver.Options{})
		server := &mail.Server{Host: "127.0.0.1", Port: post.Port(), From: "desk@hotline.example"}
		sender := notify.NewMail(notify.MailParts{
			Server: server, Store: w.store, Texts: texts, PublicURL: "https://hotline.example",
			Settings: settings.New(settings.Parts{Store: w.store, Log: slog.New(slog.DiscardHandler), Now: w.Now}),
		})
		id := w.handler("a", "handler")
		fault := func(code string, shared bool) {
			t.Helper()
			var f *notify.Fault
			if err := sender.Send(context.Background(), id, start); !errors.As(err, &f) || f.Code != code || f.Shared != shared {
				t.Errorf("%v, want %s", err, code)
			}
		}
		post.Refuse(mailserver.StepRecipient, 550, "unknown")
		fault(casework.FaultAddress, false)
		post.Refuse(mailserver.StepRecipient, 451, "later")
		fault(casework.FaultRefused, false)
		server.User, server.Password = "desk", "secret"
		fault(casework.FaultLogin, true)
		server.User = ""

		w.notice(false, id)
		worker := w.worker(sender)
		w.step(worker, 0)
		w.through(worker, 30*time.Minute)
		if f := w.failed(); len(f) != 1 || f[0].Fault != casework.FaultRefused {
			t.Fatalf("failed: %+v", f)
		}
		post.Answer(nil)
		w.through(worker, 31*time.Minute)
		mails := post.Mails()
		if len(mails) != 1 || mails[0].To != "a@example.org" || len(w.failed()) != 0 || w.waiting(id) != 0 {
			t.Fatalf("%d mails, failed %+v", len(mails), w.failed())
		}
		header, _ := mails[0].Read(t)
		if header.Get("Date") != "Mon, 30 Nov 2026 10:31:00 +0000" {
			t.Errorf("the date of the second attempt: %s", header.Get("Date"))
		}
	})
}
