package webhook

import (
	"encoding/json"

	"hotline/i18n"
	"hotline/store/casework"
)

// message is what is sent, as the other side understands it: in a language that there is
// something at the desk, and the desk's address. It is the same whatever has happened.
func message(kind string, texts *i18n.Texts, desk string) ([]byte, error) {
	text := texts.T("webhook.text")
	switch kind {
	case casework.WebhookSlack:
		return json.Marshal(map[string]string{"text": text + "\n" + desk})
	case casework.WebhookTeams:
		return json.Marshal(teamsMessage{Type: "message", Attachments: []attachment{{
			ContentType: "application/vnd.microsoft.card.adaptive",
			Content: card{
				Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.2",
				Body:    []textBlock{{Type: "TextBlock", Text: text, Wrap: true}},
				Actions: []openURL{{Type: "Action.OpenUrl", Title: texts.T("webhook.open"), URL: desk}},
			},
		}}})
	}
	return json.Marshal(map[string]string{"text": text, "url": desk})
}

// What the webhooks of Microsoft Teams ("Workflows") take: an Adaptive Card in a message.
type (
	teamsMessage struct {
		Type        string       `json:"type"`
		Attachments []attachment `json:"attachments"`
	}
	attachment struct {
		ContentType string  `json:"contentType"`
		ContentURL  *string `json:"contentUrl"` // null
		Content     card    `json:"content"`
	}
	card struct {
		Schema  string      `json:"$schema"`
		Type    string      `json:"type"`
		Version string      `json:"version"`
		Body    []textBlock `json:"body"`
		Actions []openURL   `json:"actions"`
	}
	textBlock struct {
		Type string `json:"type"`
		Text string `json:"text"`
		Wrap bool   `json:"wrap"`
	}
	openURL struct {
		Type  string `json:"type"`
		Title string `json:"title"`
		URL   string `json:"url"`
	}
)
