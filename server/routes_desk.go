package server

import (
	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/admin"
	"hotline/server/audit"
	"hotline/server/desk"
	"hotline/server/onbehalf"
	"hotline/server/session"
	"hotline/store"
)

// deskFilePath answers with a file, which may take a while.
const deskFilePath = "/api/desk/cases/"

// installDesk is every route of the handlers and what stands in front of it:
// Page, Form and API let through who is signed in, …For those with a role, and
// Confirmed… those who gave their password or passkey lately.
func installDesk(app *fiber.App, d *desk.Desk, a *admin.Admin, log *audit.Audit, b *onbehalf.Behalf, in *session.Guard) {
	app.Get("/api/desk/session", d.GetSession)
	app.Post("/api/desk/session", in.API(d.PostSession))
	app.Post("/api/desk/salt", d.PostSalt)
	app.Post("/api/desk/sign-in", d.PostSignIn)
	app.Post("/api/desk/sign-in/second", d.PostSecond)
	app.Post("/api/desk/sign-in/passkey/begin", d.PostPasskeyBegin)
	app.Post("/api/desk/sign-in/passkey", d.PostPasskey)
	app.Post("/api/desk/enrol/look", d.PostEnrolLook)
	app.Post("/api/desk/enrol", d.PostEnrol)
	app.Post("/api/desk/step-up/begin", in.API(d.PostStepUpBegin))
	app.Post("/api/desk/step-up", in.API(d.PostStepUp))

	app.Post("/api/desk/account/password", in.ConfirmedAPI(d.PostPassword))
	app.Post("/api/desk/account/totp/begin", in.ConfirmedAPI(d.PostTOTPBegin))
	app.Post("/api/desk/account/totp", in.ConfirmedAPI(d.PostTOTP))
	app.Post("/api/desk/account/passkeys/begin", in.ConfirmedAPI(d.PostNewPasskeyBegin))
	app.Post("/api/desk/account/passkeys", in.ConfirmedAPI(d.PostNewPasskey))
	app.Post("/api/desk/account/passkeys/remove", in.ConfirmedAPI(d.PostRemovePasskey))

	app.Post("/api/desk/summaries", in.APIFor(store.RoleHandler, d.PostSummaries))
	app.Get(deskFilePath+":id", in.APIFor(store.RoleHandler, d.GetCase))
	app.Get(deskFilePath+":id/files/:file", in.APIFor(store.RoleHandler, d.GetFile))
	app.Post(deskFilePath+":id/read", in.APIFor(store.RoleHandler, d.PostRead))
	app.Post(deskFilePath+":id/messages", in.APIFor(store.RoleHandler, d.PostMessage))
	app.Post(deskFilePath+":id/moves", in.APIFor(store.RoleHandler, d.PostMove))
	app.Post(deskFilePath+":id/passing", in.APIFor(store.RoleHandler, d.PostPassing))
	app.Post(deskFilePath+":id/pass", in.APIFor(store.RoleHandler, d.PostPass))
	app.Post(deskFilePath+":id/readmit", in.APIFor(store.RoleHandler, d.PostReadmit))
	app.Post(deskFilePath+":id/labels", in.APIFor(store.RoleHandler, d.PostLabels))
	app.Post(deskFilePath+":id/links", in.APIFor(store.RoleHandler, d.PostLinks))
	app.Post(deskFilePath+":id/name", in.ConfirmedAPIFor(store.RoleHandler, d.PostName))
	app.Post(deskFilePath+":id/export", in.ConfirmedAPIFor(store.RoleHandler, d.PostExport))
	app.Post("/api/desk/search", in.APIFor(store.RoleHandler, d.PostSearch))
	app.Post("/api/desk/access", in.APIFor(store.RoleHandler, d.PostAccess))
	app.Post("/api/desk/access/keys", in.APIFor(store.RoleHandler, d.PostAccessKeys))
	app.Post("/api/desk/access/grant", in.APIFor(store.RoleHandler, d.PostGrant))
	app.Post("/api/desk/access/unchecked", in.APIFor(store.RoleHandler, d.PostUnchecked))
	app.Post("/api/desk/access/checked", in.APIFor(store.RoleHandler, d.PostChecked))

	app.Post("/api/desk/reports", in.APIFor(store.RoleIntake, b.PostReport))

	for _, l := range i18n.Languages {
		at := "/" + l.Code + "/desk"
		app.Get(at, in.Page(d.Home))
		app.Get(at+"/sign-in", d.GetSignIn)
		app.Get(at+"/enrol", d.GetEnrol)
		app.Post(at+"/sign-out", in.Form(d.PostSignOut))
		app.Get(at+"/account", in.Page(d.GetAccount))
		app.Post(at+"/account/sessions", in.Form(d.PostSessions))

		app.Get(at+"/cases", in.PageFor(store.RoleHandler, d.GetCases))
		app.Get(at+"/cases/:id", in.PageFor(store.RoleHandler, d.GetCasePage))
		app.Get(at+"/cases/:id/export", in.PageFor(store.RoleHandler, d.GetExport))
		app.Post(at+"/cases/:id/facts", in.FormFor(store.RoleHandler, d.PostFacts))

		app.Get(at+"/access", in.PageFor(store.RoleHandler, d.GetAccess))
		app.Get(at+"/search", in.PageFor(store.RoleHandler, d.GetSearch))
		app.Get(at+"/intake", in.PageFor(store.RoleIntake, b.GetIntake))
		installSetUp(app, at, a, log, in)
	}
}

// installSetUp is the administration, and the log of what everybody did.
func installSetUp(app *fiber.App, at string, a *admin.Admin, log *audit.Audit, in *session.Guard) {
	app.Get(at+"/audit", in.PageFor(store.RoleAuditor, log.Get))
	app.Get(at+"/audit/csv", in.PageFor(store.RoleAuditor, log.GetCSV))

	app.Get(at+"/admin/register", in.PageFor(store.RoleAdmin, a.GetRegister))
	app.Post(at+"/admin/register", in.ConfirmedFormFor(store.RoleAdmin, a.PostRegister))
	app.Post(at+"/admin/register/:id/end", in.ConfirmedFormFor(store.RoleAdmin, a.PostEndDesignation))
	app.Get(at+"/admin/recovery", in.PageFor(store.RoleAdmin, a.GetRecovery))
	app.Post(at+"/admin/recovery", in.ConfirmedFormFor(store.RoleAdmin, a.PostRecovery))
	app.Post(at+"/admin/recovery/remove", in.ConfirmedFormFor(store.RoleAdmin, a.PostRemoveRecovery))
	app.Get(at+"/admin/organization", in.PageFor(store.RoleAdmin, a.GetOrganization))
	app.Post(at+"/admin/organization", in.FormFor(store.RoleAdmin, a.PostOrganization))
	app.Get(at+"/admin/people", in.PageFor(store.RoleAdmin, a.GetPeople))
	app.Post(at+"/admin/people", in.ConfirmedFormFor(store.RoleAdmin, a.PostPeople))
	app.Get(at+"/admin/people/:id", in.PageFor(store.RoleAdmin, a.GetPerson))
	app.Post(at+"/admin/people/:id", in.ConfirmedFormFor(store.RoleAdmin, a.PostPerson))
	app.Post(at+"/admin/people/:id/shown", in.ConfirmedFormFor(store.RoleAdmin, a.PostShown))
	app.Post(at+"/admin/people/:id/invite", in.ConfirmedFormFor(store.RoleAdmin, a.PostInvite))
	app.Post(at+"/admin/people/:id/disable", in.ConfirmedFormFor(store.RoleAdmin, a.PostDisable))
}
