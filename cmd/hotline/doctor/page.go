package doctor

import (
	"bytes"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// pageCheck looks for what runs, styles or words a page, and for where its forms
// lead.
type pageCheck struct {
	base   *url.URL
	listed map[string]string // sums by name
	wrong  []string          // what must not be there, in the words that follow "The page …"
	loaded []string          // the listed files' paths, as the page has them, with their queries
}

func checkHTML(page []byte, address string, listed map[string]string) (*pageCheck, error) {
	base, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, err
	}
	p := &pageCheck{base: base, listed: listed}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			p.element(n)
		}
	}
	return p, nil
}

func (p *pageCheck) found(what string) { p.wrong = append(p.wrong, what) }

func (p *pageCheck) element(n *html.Node) {
	attributes := map[string]string{}
	for _, a := range n.Attr {
		key := strings.ToLower(a.Key)
		attributes[key] = a.Val
		if strings.HasPrefix(key, "on") || strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
			p.found("has a script in the attribute " + key + " of <" + n.Data + ">")
		}
	}
	for _, key := range []string{"action", "formaction"} {
		if to, ok := attributes[key]; ok && p.leadsAway(to) {
			p.found("sends a form to " + to)
		}
	}
	if texts, ok := attributes["data-texts"]; ok {
		p.texts(texts)
	}
	if _, ok := attributes["http-equiv"]; ok && n.Data == "meta" {
		p.found("has a <meta http-equiv>")
	}
	src, external := attributes["src"]
	switch {
	case n.Data == "script" && external:
		p.load(src, "runs ")
	case n.Data == "script" && runs(attributes["type"]):
		p.found("has a script inside it")
	case n.Data == "link" && loads(attributes["rel"]):
		p.load(attributes["href"], "loads ")
	case n.Data == "base" || n.Data == "iframe" || n.Data == "object" || n.Data == "embed" || n.Data == "style":
		p.found("has a <" + n.Data + ">")
	}
}

// leadsAway reports whether an address is on another site.
func (p *pageCheck) leadsAway(address string) bool {
	u, err := p.base.Parse(address)
	return err != nil || u.Scheme != p.base.Scheme || u.Host != p.base.Host
}

// texts wants a page's scripts to speak with the listed texts of its language.
func (p *pageCheck) texts(address string) {
	lang, _, _ := strings.Cut(strings.TrimPrefix(p.base.Path, "/"), "/")
	if u, err := p.base.Parse(address); err == nil && assetName(u) != "texts."+lang+".js" {
		p.found("takes its texts from " + address)
		return
	}
	p.load(address, "takes its texts from ")
}

// load wants an address to be one of the site's listed files.
func (p *pageCheck) load(address, verb string) {
	u, err := p.base.Parse(address)
	if err != nil || p.leadsAway(address) || p.listed[assetName(u)] == "" {
		p.found(verb + address)
		return
	}
	p.loaded = append(p.loaded, u.RequestURI())
}

// assetName is the name of the static file at an address, "" for another one.
func assetName(u *url.URL) string {
	name, ok := strings.CutPrefix(u.Path, "/static/")
	if !ok {
		return ""
	}
	return name
}

// loads reports whether a link of that kind brings style or code.
func loads(rel string) bool {
	for kind := range strings.FieldsSeq(strings.ToLower(rel)) {
		if kind == "stylesheet" || kind == "modulepreload" || kind == "preload" {
			return true
		}
	}
	return false
}

// runs reports whether a browser runs an element <script> of that type. Any
// other type makes it a block of data (HTML, "the script element").
func runs(kind string) bool {
	kind, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(kind)), ";")
	switch kind = strings.TrimSpace(kind); kind {
	case "", "module", "importmap", "speculationrules":
		return true
	}
	return strings.HasSuffix(kind, "script") || strings.HasPrefix(kind, "text/javascript") || strings.HasPrefix(kind, "text/livescript")
}
