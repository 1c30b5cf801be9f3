package server

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/guard"
	"hotline/server/intake/api"
	"hotline/server/intake/form"
	"hotline/server/respond"
	"hotline/server/view"
	"hotline/store/casework"
)

// install is every route and what stands in front of it.
func install(app *fiber.App, pages *form.Pages, reports *api.API, assets *view.Assets, origin guard.Origin, version string) {
	app.Use(sameOrigin(origin))

	app.Get("/", pages.Home)
	app.Get("/at/:code/", pages.HomeAt)
	app.Get("/exit", pages.Exit)
	app.Get(view.StaticPath+":name", static(assets))
	app.Get("/.well-known/hotline-assets.json", listAssets(assets, version))

	app.Get("/api/intake", reports.GetIntake)
	app.Post("/api/files", reports.PostChunk)
	app.Post("/api/reports", reports.PostSealedReport)
	app.Post("/api/follow-up", reports.PostSealedFollowUp)
	app.Post("/api/follow-up/messages", reports.PostSealedMessage)
	app.Post("/api/follow-up/file", reports.PostDeskFile)

	for _, l := range i18n.Languages {
		at := "/" + l.Code
		app.Get(at+"/", pages.Landing)
		app.Get(at+"/report", pages.GetReport)
		app.Post(at+"/report", pages.PostReport)
		app.Get(at+"/at/", pages.ChooseEntity)
		app.Get(at+"/at/:code/", pages.Landing)
		app.Get(at+"/at/:code/report", pages.GetReport)
		app.Post(at+"/at/:code/report", pages.PostReport) // where the language switch of that page leads
		for _, part := range []string{casework.WordsPrivacy, casework.WordsRules} {
			app.Get(at+"/"+part, pages.OwnWords(part))
			app.Get(at+"/at/:code/"+part, pages.OwnWords(part))
		}
		app.Get(at+"/follow-up", pages.GetFollowUp)
		app.Post(at+"/follow-up", pages.PostFollowUp)
		app.Post(at+"/follow-up/file", pages.PostSaveFile)
		app.Get(at+"/follow-up/file", redirect(at+"/follow-up"))
		app.Get(at+"/follow-up/message", redirect(at+"/follow-up")) // a reloaded answer
		app.Get(at+"/follow-up/answer", redirect(at+"/follow-up"))
		app.Post(at+"/follow-up/answer", pages.PostAnswer)
		app.Post(at+"/follow-up/message", pages.PostMessage)
		app.Post(at+"/note", pages.PostNote)
		app.Get(at+"/note", redirect(at+"/")) // a reloaded answer
	}
}

// sameOrigin refuses every POST that another site makes a browser send.
func sameOrigin(origin guard.Origin) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if c.Method() == fiber.MethodPost {
			// Not c.Hostname, which believes X-Forwarded-Host.
			if err := origin.Check(c.Get("Sec-Fetch-Site"), c.Get(fiber.HeaderOrigin), string(c.Context().Host())); err != nil {
				return err
			}
		}
		return c.Next()
	}
}

// static sends a file as the browser likes it compressed.
func static(assets *view.Assets) fiber.Handler {
	return func(c *fiber.Ctx) error {
		asset, ok := assets.Lookup(c.Params("name"))
		if !ok {
			return fiber.ErrNotFound
		}
		respond.SetStaticHeaders(&c.Response().Header, strings.HasSuffix(c.Params("name"), "-worker.js"))
		body, encoding := asset.Choose(c.Get(fiber.HeaderAcceptEncoding))
		c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
		c.Set(fiber.HeaderContentType, asset.Type)
		if encoding != "" {
			c.Set(fiber.HeaderContentEncoding, encoding)
		}
		return c.Send(body)
	}
}

// listAssets tells what this program serves, so that anybody can compare it with
// what a release should serve: `hotline doctor --url` does.
func listAssets(assets *view.Assets, version string) fiber.Handler {
	list := struct {
		Version string            `json:"version"`
		Assets  map[string]string `json:"assets"`
	}{version, assets.Sums()}
	return func(c *fiber.Ctx) error { return respond.SendPublicJSON(c, list) }
}

func redirect(to string) fiber.Handler {
	return func(c *fiber.Ctx) error { return c.Redirect(to, fiber.StatusSeeOther) }
}
