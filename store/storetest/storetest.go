// Package storetest is the suite that every database engine of package store
// must pass.
package storetest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

// Run runs the suite. open returns a new, empty store; it is closed by the one
// who opened it.
func Run(t *testing.T, open func(t *testing.T) *store.Store) {
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := open(t)
			test.run(t, s)
			if err := s.Verify(context.Background()); err != nil {
				t.Errorf("Verify: %v", err)
			}
		})
	}
}

var tests = []struct {
	name string
	run  func(*testing.T, *store.Store)
}{
	{"handlers are found and ordered", testHandlers},
	{"one handler an address", testAddressTaken},
	{"who is told", testOutbox},
	{"who cannot be told", testUndelivered},
	{"a lease has one holder", testLease},
	{"disabling a handler", testDisable},
	{"who gets keys", testActiveHandlers},
	{"cases only one can open", testOnlyOpenableBy},
	{"a case comes back as it was stored", testCaseReadBack},
	{"a case of many handlers and files", testManyKeys},
	{"an empty store", testEmpty},
	{"a case is stored whole or not at all", testCreateRefused},
	{"a case sealed to an earlier recipient", testStaleRecipient},
	{"lists of cases", testCases},
	{"messages follow one another", testMessages}, {"snapshots at the same moment", testSnapshotsAtOnce},
	{"messages refused", testMessagesRefused}, {"the bound of a case", testBoundOfACase}, {"pages of messages", testPages},
	{"tasks", testTasks}, {"a task after a question", testTaskBeforeAcknowledging},
	{"the cases beside a case of a list", testNeighbours},
	{"moves from state to state", testMoves},
	{"moves with their messages", testMovesWithMessages},
	{"answers that take longer", testExtension},
	{"decisions are told", testDecisionsAreTold},
	{"concurrent moves", testConcurrentMoves},
	{"whose turn it is", testTurns},
	{"what is written after closing waits for the desk", testTurnsAfterClosing},
	{"a question before the acknowledgement stands", testAskedBeforeAcknowledging},
	{"a reopened case owes an answer", testReopened},
	{"priority and assignee", testFacts},
	{"due days follow the profile", testRedate}, {"due days of each profile", testDueOfProfiles}, {"another profile dates watched cases too", testRedateWatched},
	{"a change of profile that broke off", testRedateAgain},
	{"settings and contacts", testSettingsAndContacts},
	{"own words", testWords}, {"own words of the same moment", testConcurrentWords}, {"letters", testLetters},
	{"cases of one who left are nobody's", testRelease},
	{"how people hear of what is new", testNotify}, {"who hears of nothing", testNotifyNone}, {"the language of mail", testNotifyLanguage}, {"whom mail does not reach", testUnreached},
	{"who may see a case", testAccess},
	{"what was read", testRead},
	{"tabs and orders of a list", testLists},
	{"filters of a list", testListFilters},
	{"a list of several pages", testListPages},
	{"order and saved filters of a handler", testListChoices},
	{"a case handed over", testHandOver},
	{"excluded, recused, readmitted", testExclusion},
	{"excluded by the reporter", testExcludedByReporter},
	{"hand-overs of the same moment", testConcurrentTransfers},
	{"who reads at which entity", testBranches}, {"a case of another entity", testToAnotherEntity}, {"the last one of a branch", testLastOfABranch}, {"the last one who is not excluded", testLastWhoIsNotExcluded},
	{"many branches", testManyBranches}, {"the link of who rises", testLinkOfWhoRises},
	{"overdue by the day of the entity", testOverdueByEntity}, {"due days of entities", testDatesByEntity},
	{"entities, queues and rules", testEntitiesAndQueues}, {"administrators of entities", testAdministratorsOfEntities},
	{"which webhooks are told", testWhichWebhooks}, {"webhooks", testWebhooks}, {"webhooks of the same moment", testWebhooksAtOnce}, {"webhooks that fail", testFailingWebhooks},
	{"a new colleague gets keys", testGrants},
	{"somebody with a new recipient", testNewRecipient},
	{"keys of who leaves", testKeysGo},
	{"keys of who leaves while a colleague's was never opened", testUncheckedKeepsKeys},
	{"a key that nobody has opened is sealed again", testUncheckedIsSealedAgain},
	{"the last key of a case is never deleted as broken", testLastKeyStays},
	{"who came while a report was sealed gets a key later", testNewcomerWants},
	{"a report sealed to who may not read it", testSealedToOthers},
	{"acts of somebody who was excluded meanwhile", testActsAfterExclusion},
	{"readmitted while keys are given", testReadmittedDuringGrant},
	{"answers to a search are short", testSearchIsShort},
	{"another name in the place of the first", testAnotherName},
	{"the audit log", testAudit},
	{"the audit log of a deleted case", testAuditOfDeletedCase},
	{"the audit log of the same moment", testConcurrentAudit},
	{"reporters' names", testNames},
	{"statements", testStatements},
	{"meetings", testMeetings},
	{"records of meetings", testMeetingRecords},
	{"steps of a country's law", testSteps}, {"steps follow the entity", testStepsFollowTheEntity}, {"stored days stay in another zone", testDaysStayInAnotherZone},
	{"a statement before the page", testStatementBeforeThePage},
	{"links and labels", testLinks},
	{"classifications", testClassification}, {"closing a case that is not classified", testClosingUnclassified}, {"classifications of the same moment", testConcurrentClassifications},
	{"forms", testForms},
	{"files without a row", testMissingFiles},
	{"urgent cases", testUrgent}, {"junk", testJunk}, {"kind and danger", testKindAndDanger}, {"danger that is found", testDangerFound},
	{"reminders of due days", testReminders}, {"reminders by the day of the entity", testRemindersByEntity}, {"reminders of two servers", testConcurrentReminders}, {"reminders while somebody leaves", testRemindersAndLeaving},
	{"who is told that nobody acts", testEscalation}, {"a branch that nobody looks at", testUnseenBranch},
	{"who takes over an overdue case", testOverdueTransfer},
	{"a deputy", testDeputy}, {"deputies who cannot be", testDeputyRefused}, {"deputies and changes", testDeputiesChange},
	{"deputies and exclusions", testDeputyAndExclusions}, {"deputies who are kept out later", testDeputyKeptOutLater}, {"the day of the last sign-in", testSignedIn},
	{"deletions are announced", testAnnounced}, {"another profile moves a deletion", testProfileMovesDeletion}, {"junk is deleted", testJunkGoes}, {"what nobody decided on is deleted", testNoInquiry},
	{"a hold keeps a case", testHold}, {"a hold and a deletion of the same moment", testHoldBeforePurge}, {"two delete a case early", testEarlyDeletion},
	{"daily keys", testDailyKeys},
	{"daily keys of concurrent starters", testDailyKeyRace},
	{"settings", testSettings},
	{"translations", testTranslations},
	{"credentials", testCredentials},
	{"codes are good once", testCodesOnce},
	{"passkeys", testPasskeys},
	{"sessions", testSessions},
	{"credentials by e-mail address", testCredentialsByEmail},
	{"tickets", testTickets},
	{"invitations", testInvitations},
	{"administrators", testAdministrators},
	{"administrators who send each other away", testAdministratorsAtOnce},
	{"vocabularies are closed", testVocabularies},
	{"concurrent cases", testConcurrentCases},
	{"concurrent messages to one case", testConcurrentMessages},
	{"concurrent sendings of one form", testConcurrentForm},
	{"a failing report takes no other with it", testFailingNeighbours},
	{"a cancelled call writes nothing", testCancelled},
	{"ready and sound", testReady},
}

const today casework.Day = "2026-11-21"

// randomBytes returns n random bytes.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

func newID() string { return hex.EncodeToString(randomBytes(16)) }

// addHandlers adds n active handlers and returns their ids.
func addHandlers(t testing.TB, s *store.Store, n int) (ids []string) {
	t.Helper()
	return addHandlersAt(t, s, n, "h")
}

func addHandlersAt(t testing.TB, s *store.Store, n int, prefix string) (ids []string) {
	t.Helper()
	for i := range n {
		h := newHandler(fmt.Sprintf("%s%d@example.org", prefix, i))
		if _, err := s.AddHandler(context.Background(), h); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, h.ID)
	}
	return ids
}

func newHandler(email string) store.Handler {
	return store.Handler{
		ID: newID(), Name: "Name of " + email, Email: email, Roles: []string{store.RoleHandler},
		Branches: casework.AtRoot(casework.HR), Recipient: "age1pq1" + email,
	}
}

// newCase returns a report for those handlers, with random content.
func newCase(handlers ...string) store.NewCase {
	c := store.NewCase{
		Case: store.Case{
			ID: newID(), Branch: "hr", Category: "power-harassment", Channel: casework.Web, Received: today,
			Recipient: "age1pq1case", ReporterRecipient: "age1pq1reporter", Summary: randomBytes(2300),
		},
		LookupHash: randomBytes(32),
		Keys:       map[string][]byte{},
		Message:    randomBytes(7500),
		Use:        newUse(),
	}
	for _, id := range handlers {
		c.Keys[id] = randomBytes(1800)
	}
	return c
}

func newUse() store.FormUse {
	return store.FormUse{Nonce: randomBytes(32), Content: randomBytes(32), Day: today}
}

// reporterMessage returns a reporter's message with random content.
func reporterMessage(caseID string, seq int) store.NewMessage {
	return store.NewMessage{CaseID: caseID, Seq: seq, From: casework.FromReporter, On: today, Sealed: randomBytes(4500)}
}

func create(t testing.TB, s *store.Store, c store.NewCase) {
	t.Helper()
	if err := s.CreateCase(context.Background(), c); err != nil {
		t.Fatalf("CreateCase: %v", err)
	}
}

// want fails the test unless err is the sentinel; nil wants no error.
func want(t testing.TB, what string, err, sentinel error) {
	t.Helper()
	if !errors.Is(err, sentinel) {
		t.Errorf("%s: got error %v, want %v", what, err, sentinel)
	}
}

// wantPlainError fails the test unless err is an error that callers cannot
// mistake for something to be tried again or taken as done.
func wantPlainError(t testing.TB, what string, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", what)
	}
	for _, sentinel := range []error{store.ErrNotFound, store.ErrExists, store.ErrConflict, store.ErrBusy} {
		if errors.Is(err, sentinel) {
			t.Errorf("%s: error %v is %v", what, err, sentinel)
		}
	}
}
