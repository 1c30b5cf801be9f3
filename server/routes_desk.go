package server

import (
	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/admin"
	"hotline/server/audit"
	"hotline/server/desk/auth"
	"hotline/server/desk/cases"
	"hotline/server/session"
	"hotline/store"
)

// deskFilePath answers with a file, which may take a while.
const deskFilePath = "/api/desk/cases/"

// installDesk is every route of the handlers and what stands in front of it:
// Page, Form and API let through who is signed in, …For those with a role, …Somewhere
// those, too, who have it for an entity alone, and Confirmed… those who gave their
// password or passkey lately.
func installDesk(app *fiber.App, side deskSide, in *session.Guard) {
	installSignIn(app, side.auth, in)
	installCases(app, side.cases, in)
	app.Post("/api/desk/reports", in.APIFor(store.RoleIntake, side.onbehalf.PostReport))
	for _, l := range i18n.Languages {
		at := "/" + l.Code + "/desk"
		app.Get(at+"/intake", in.PageFor(store.RoleIntake, side.onbehalf.GetIntake))
		installSetUp(app, at, side.admin, side.audit, in)
	}
}

// installSignIn is how people come in, and their own accounts.
func installSignIn(app *fiber.App, a *auth.Auth, in *session.Guard) {
	app.Get("/api/desk/session", a.GetSession)
	app.Post("/api/desk/session", in.API(a.PostSession))
	app.Post("/api/desk/salt", a.PostSalt)
	app.Post("/api/desk/sign-in", a.PostSignIn)
	app.Post("/api/desk/sign-in/second", a.PostSecond)
	app.Post("/api/desk/sign-in/passkey/begin", a.PostPasskeyBegin)
	app.Post("/api/desk/sign-in/passkey", a.PostPasskey)
	app.Post("/api/desk/enrol/look", a.PostEnrolLook)
	app.Post("/api/desk/enrol", a.PostEnrol)
	app.Post("/api/desk/step-up/begin", in.API(a.PostStepUpBegin))
	app.Post("/api/desk/step-up", in.API(a.PostStepUp))

	app.Post("/api/desk/account/password", in.ConfirmedAPI(a.PostPassword))
	app.Post("/api/desk/account/totp/begin", in.ConfirmedAPI(a.PostTOTPBegin))
	app.Post("/api/desk/account/totp", in.ConfirmedAPI(a.PostTOTP))
	app.Post("/api/desk/account/passkeys/begin", in.ConfirmedAPI(a.PostNewPasskeyBegin))
	app.Post("/api/desk/account/passkeys", in.ConfirmedAPI(a.PostNewPasskey))
	app.Post("/api/desk/account/passkeys/remove", in.ConfirmedAPI(a.PostRemovePasskey))

	for _, l := range i18n.Languages {
		at := "/" + l.Code + "/desk"
		app.Get(at, in.Page(a.Home))
		app.Get(at+"/sign-in", a.GetSignIn)
		app.Get(at+"/enrol", a.GetEnrol)
		app.Post(at+"/sign-out", in.Form(a.PostSignOut))
		app.Get(at+"/account", in.Page(a.GetAccount))
		app.Post(at+"/account/sessions", in.Form(a.PostSessions))
		app.Post(at+"/account/deputy", in.ConfirmedFormFor(store.RoleHandler, a.PostDeputy))
		app.Post(at+"/account/deputy/end", in.ConfirmedFormFor(store.RoleHandler, a.PostEndDeputy))
		app.Post(at+"/account/notify", in.Form(a.PostNotify))
	}
}

// installCases is what handlers do with cases.
func installCases(app *fiber.App, d *cases.Desk, in *session.Guard) {
	app.Post("/api/desk/facts", in.APIFor(store.RoleHandler, d.PostFactOfCases))
	app.Get("/api/desk/filters", in.APIFor(store.RoleHandler, d.GetFilters))
	app.Post("/api/desk/filters", in.APIFor(store.RoleHandler, d.PostFilters))
	app.Post("/api/desk/summaries", in.APIFor(store.RoleHandler, d.PostSummaries))
	app.Get(deskFilePath+":id", in.APIFor(store.RoleHandler, d.GetCase))
	app.Get(deskFilePath+":id/files/:file", in.APIFor(store.RoleHandler, d.GetFile))
	app.Post(deskFilePath+":id/presence", in.AloneAPIFor(store.RoleHandler, d.PostPresence))
	app.Post(deskFilePath+":id/read", in.APIFor(store.RoleHandler, d.PostRead))
	app.Get(deskFilePath+":id/messages", in.APIFor(store.RoleHandler, d.GetMessages))
	app.Post(deskFilePath+":id/messages", in.APIFor(store.RoleHandler, d.PostMessage))
	app.Post(deskFilePath+":id/moves", in.APIFor(store.RoleHandler, d.PostMove))
	app.Post(deskFilePath+":id/steps", in.APIFor(store.RoleHandler, d.PostStep))
	app.Post(deskFilePath+":id/transfer/plan", in.APIFor(store.RoleHandler, d.PostTransferPlan))
	app.Post(deskFilePath+":id/transfer", in.APIFor(store.RoleHandler, d.PostTransfer))
	app.Post(deskFilePath+":id/readmit", in.APIFor(store.RoleHandler, d.PostReadmit))
	app.Post(deskFilePath+":id/labels", in.APIFor(store.RoleHandler, d.PostLabels))
	app.Post(deskFilePath+":id/classification", in.APIFor(store.RoleHandler, d.PostClassification))
	app.Post(deskFilePath+":id/links", in.APIFor(store.RoleHandler, d.PostLinks))
	app.Post(deskFilePath+":id/name", in.ConfirmedAPIFor(store.RoleHandler, d.PostName))
	app.Post(deskFilePath+":id/export", in.ConfirmedAPIFor(store.RoleHandler, d.PostExport))
	app.Post(deskFilePath+":id/deletion", in.ConfirmedAPIFor(store.RoleHandler, d.PostDeletion))
	app.Post("/api/desk/letters", in.APIFor(store.RoleHandler, d.PostLetters))
	app.Post("/api/desk/search", in.APIFor(store.RoleHandler, d.PostSearch))
	app.Post("/api/desk/access", in.APIFor(store.RoleHandler, d.PostAccess))
	app.Post("/api/desk/access/keys", in.APIFor(store.RoleHandler, d.PostAccessKeys))
	app.Post("/api/desk/access/grant", in.APIFor(store.RoleHandler, d.PostGrant))
	app.Post("/api/desk/access/unchecked", in.APIFor(store.RoleHandler, d.PostUnchecked))
	app.Post("/api/desk/access/checked", in.APIFor(store.RoleHandler, d.PostChecked))

	for _, l := range i18n.Languages {
		at := "/" + l.Code + "/desk"
		app.Get(at+"/cases", in.PageFor(store.RoleHandler, d.GetCases))
		app.Get(at+"/cases/csv", in.PageFor(store.RoleHandler, d.GetCasesCSV))
		app.Get(at+"/cases/:id", in.PageFor(store.RoleHandler, d.GetCasePage))
		app.Post(at+"/cases/:id/export", in.ConfirmedFormFor(store.RoleHandler, d.PostSealedExport))
		app.Post(at+"/cases/:id/facts", in.FormFor(store.RoleHandler, d.PostFacts))
		app.Get(at+"/access", in.PageFor(store.RoleHandler, d.GetAccess))
		app.Get(at+"/search", in.PageFor(store.RoleHandler, d.GetSearch))
	}
}

// installSetUp is the administration, and the log of what everybody did.
func installSetUp(app *fiber.App, at string, a *admin.Admin, log *audit.Audit, in *session.Guard) {
	app.Get(at+"/audit", in.PageSomewhere(store.RoleAuditor, log.Get))
	app.Get(at+"/audit/csv", in.PageSomewhere(store.RoleAuditor, log.GetCSV))

	app.Get(at+"/admin/register", in.PageSomewhere(store.RoleAdmin, a.GetRegister))
	app.Post(at+"/admin/register", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostRegister))
	app.Post(at+"/admin/register/:id/end", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostEndDesignation))
	app.Get(at+"/admin/recovery", in.PageFor(store.RoleAdmin, a.GetRecovery))
	app.Post(at+"/admin/recovery", in.ConfirmedFormFor(store.RoleAdmin, a.PostRecovery))
	app.Post(at+"/admin/recovery/remove", in.ConfirmedFormFor(store.RoleAdmin, a.PostRemoveRecovery))
	app.Get(at+"/admin/organization", in.PageFor(store.RoleAdmin, a.GetOrganization))
	app.Post(at+"/admin/organization", in.ConfirmedFormFor(store.RoleAdmin, a.PostOrganization))
	app.Get(at+"/admin/contacts", in.PageFor(store.RoleAdmin, a.GetContacts))
	app.Post(at+"/admin/contacts", in.ConfirmedFormFor(store.RoleAdmin, a.PostContacts))
	app.Get(at+"/admin/webhooks", in.PageSomewhere(store.RoleAdmin, a.GetWebhooks))
	app.Post(at+"/admin/webhooks", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostWebhooks))
	app.Get(at+"/admin/webhooks/:id", in.PageSomewhere(store.RoleAdmin, a.GetWebhook))
	app.Post(at+"/admin/webhooks/:id", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostWebhook))
	app.Post(at+"/admin/webhooks/:id/test", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostTestWebhook))
	app.Post(at+"/admin/webhooks/:id/secret", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostWebhookSecret))
	app.Post(at+"/admin/webhooks/:id/switch", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostWebhookSwitch))
	app.Post(at+"/admin/webhooks/:id/remove", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostRemoveWebhook))
	app.Get(at+"/admin/people", in.PageSomewhere(store.RoleAdmin, a.GetPeople))
	app.Post(at+"/admin/people", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostPeople))
	app.Get(at+"/admin/people/:id", in.PageSomewhere(store.RoleAdmin, a.GetPerson))
	app.Post(at+"/admin/people/:id", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostPerson))
	app.Post(at+"/admin/people/:id/shown", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostShown))
	app.Post(at+"/admin/people/:id/invite", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostInvite))
	app.Post(at+"/admin/people/:id/deputy", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostDeputy))
	app.Post(at+"/admin/people/:id/deputy/end", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostEndDeputy))
	app.Post(at+"/admin/people/:id/leads", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostLeads))
	app.Post(at+"/admin/people/:id/disable", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostDisable))

	app.Get(at+"/admin/notifications", in.PageSomewhere(store.RoleAdmin, a.GetNotifications))
	app.Post(at+"/admin/notifications/test", in.FormSomewhere(store.RoleAdmin, a.PostTestMail))

	app.Get(at+"/admin/set-up", in.PageSomewhere(store.RoleAdmin, a.GetSetUp))
	app.Get(at+"/admin/entities", in.PageSomewhere(store.RoleAdmin, a.GetEntities))
	app.Post(at+"/admin/entities", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostEntities))
	app.Get(at+"/admin/entities/:code", in.PageSomewhere(store.RoleAdmin, a.GetEntity))
	app.Post(at+"/admin/entities/:code", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostEntity))
	app.Post(at+"/admin/entities/:code/remove", in.ConfirmedFormSomewhere(store.RoleAdmin, a.PostRemoveEntity))
	app.Get(at+"/admin/poster", in.PageSomewhere(store.RoleAdmin, a.GetPoster))
	app.Get(at+"/admin/words", in.PageSomewhere(store.RoleAdmin, a.GetWords))
	app.Get(at+"/admin/words/:code", in.PageSomewhere(store.RoleAdmin, a.GetWordsTable))
	app.Get(at+"/admin/words/:code/:part/:language", in.PageSomewhere(store.RoleAdmin, a.GetWordsText))
	app.Post(at+"/admin/words/:code/:part/:language", in.TextFormSomewhere(store.RoleAdmin, a.PostWordsText))
	app.Get(at+"/admin/letters", in.PageSomewhere(store.RoleAdmin, a.GetLetters))
	app.Get(at+"/admin/letters/:code", in.PageSomewhere(store.RoleAdmin, a.GetLettersTable))
	app.Get(at+"/admin/letters/:code/:letter", in.PageSomewhere(store.RoleAdmin, a.GetLetter))
	app.Post(at+"/admin/letters/:code/:letter", in.FormSomewhere(store.RoleAdmin, a.PostLetter))
	app.Post(at+"/admin/letters/:code/:letter/remove", in.FormSomewhere(store.RoleAdmin, a.PostRemoveLetter))
	app.Get(at+"/admin/letters/:code/:letter/:language", in.PageSomewhere(store.RoleAdmin, a.GetLetterText))
	app.Post(at+"/admin/letters/:code/:letter/:language", in.TextFormSomewhere(store.RoleAdmin, a.PostLetterText))
	app.Get(at+"/admin/queues", in.PageFor(store.RoleAdmin, a.GetQueues))
	app.Post(at+"/admin/queues", in.ConfirmedFormFor(store.RoleAdmin, a.PostQueues))
	app.Get(at+"/admin/queues/:code", in.PageFor(store.RoleAdmin, a.GetQueue))
	app.Post(at+"/admin/queues/:code", in.ConfirmedFormFor(store.RoleAdmin, a.PostQueue))
	app.Post(at+"/admin/queues/:code/remove", in.ConfirmedFormFor(store.RoleAdmin, a.PostRemoveQueue))
	app.Get(at+"/admin/routing", in.PageSomewhere(store.RoleAdmin, a.GetRouting))
	app.Post(at+"/admin/routing/preview", in.FormFor(store.RoleAdmin, a.PostRoutingPreview))
	app.Post(at+"/admin/routing", in.ConfirmedFormFor(store.RoleAdmin, a.PostRouting))
}
