package doctor

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"hotline/cmd/hotline/cli"
	"hotline/i18n"
	"hotline/server"
	"hotline/server/respond"
)

// What a site is asked for, at most.
const (
	siteTimeout = 30 * time.Second // for one answer
	siteLimit   = 32 << 20         // bytes of one answer
)

// siteDoctor compares what a site serves with what this program would serve:
// whoever reports there trusts its scripts with the text.
type siteDoctor struct {
	*doctor
	site   string // without a slash at the end
	client *http.Client
	seen   map[string]bool // files as the pages ask for them
}

// checkSite is all of `hotline doctor --url`.
func (d *doctor) checkSite(site string) error {
	if !cli.IsSite(site) {
		return cli.Misused("use https:// and the name of the site, without a path", "--url %q is not the address of a site.", site)
	}
	client := &http.Client{
		Timeout:       siteTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	s := &siteDoctor{doctor: d, site: strings.TrimSuffix(site, "/"), client: client, seen: map[string]bool{}}
	own, err := server.AssetSums()
	if err != nil {
		return err
	}
	if !s.checkAssets(own) {
		return nil
	}
	for _, l := range i18n.Languages {
		for _, name := range []string{"", "report", "follow-up"} {
			s.checkPage("/"+l.Code+"/"+name, own)
		}
	}
	return nil
}

// checkAssets compares the site's list, and every file of it, with this
// program's own. It reports whether there is a site at all.
func (s *siteDoctor) checkAssets(own map[string]string) bool {
	var list struct {
		Version string            `json:"version"`
		Assets  map[string]string `json:"assets"`
	}
	raw, _, err := s.fetch("/.well-known/hotline-assets.json")
	there := !errors.Is(err, errUnreachable)
	if err == nil && json.Unmarshal(raw, &list) != nil {
		err = errors.New("it is not JSON")
	}
	if err != nil {
		s.found("see that the address is right, and that a hotline of this version answers there", "The list of the files that %s serves cannot be read: %s.", s.site, err)
		return there
	}
	if list.Version != cli.Version() {
		s.note("%s runs version %s, this is %s: compare with the release that runs there", s.site, list.Version, cli.Version())
	}
	for _, name := range slices.Sorted(maps.Keys(own)) {
		if _, listed := list.Assets[name]; !listed {
			s.found(hintOfSite, "%s does not list %s, which this program serves.", s.site, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(list.Assets)) {
		s.checkAsset(name, list.Assets[name], own[name])
	}
	return there
}

const hintOfSite = "take the site down until you know who changed it, unless it runs another version"

// checkAsset compares one file that the site lists: listed and own are sums.
func (s *siteDoctor) checkAsset(name, listed, own string) {
	if own == "" {
		s.found(hintOfSite, "%s lists %s, which this program does not serve.", s.site, name)
		return
	}
	content, _, err := s.fetch("/static/" + url.PathEscape(name))
	if err != nil {
		s.found("see what stands between here and the server", "%s of %s cannot be read: %s.", name, s.site, err)
		return
	}
	sum := sha256.Sum256(content)
	switch {
	case hex.EncodeToString(sum[:]) != own:
		s.found(hintOfSite, "%s serves another %s than this program.", s.site, name)
	case listed != own:
		s.found(hintOfSite, "%s lists another %s than it serves.", s.site, name)
	}
}

// checkPage wants a page to run, to be styled and to be worded by nothing but the
// listed files, and to send what is typed nowhere else.
func (s *siteDoctor) checkPage(path string, own map[string]string) {
	raw, header, err := s.fetch(path)
	if err != nil {
		s.found("see that the address is right", "The page %s%s cannot be read: %s.", s.site, path, err)
		return
	}
	for _, wrong := range wrongHeaders(header) {
		s.found(hintOfSite, "The page %s%s %s.", s.site, path, wrong)
	}
	p, err := checkHTML(raw, s.site+path, own)
	if err != nil {
		s.found(hintOfSite, "The page %s%s is no HTML: %s.", s.site, path, err)
		return
	}
	for _, wrong := range p.wrong {
		s.found(hintOfSite, "The page %s%s %s.", s.site, path, wrong)
	}
	for _, address := range p.loaded {
		s.checkLoaded(address, own)
	}
}

// checkLoaded compares a file as a page asks for it: with the query that keeps
// it in caches, under which a site could serve something else.
func (s *siteDoctor) checkLoaded(address string, own map[string]string) {
	u, err := url.Parse(address)
	if err != nil || s.seen[address] {
		return
	}
	s.seen[address] = true
	content, _, err := s.fetch(address)
	if err != nil {
		s.found("see what stands between here and the server", "%s%s cannot be read: %s.", s.site, address, err)
		return
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != own[assetName(u)] {
		s.found(hintOfSite, "%s serves another %s than this program.", s.site, address)
	}
}

// wrongHeaders are the faults of a page's headers, in the words that follow "The
// page …".
func wrongHeaders(h http.Header) (wrong []string) {
	const policy = "Content-Security-Policy"
	switch values := h.Values(policy); {
	case len(values) == 0:
		wrong = append(wrong, "has no "+policy)
	case len(values) > 1 || values[0] != respond.ContentPolicy():
		wrong = append(wrong, "has another "+policy+" than this program would send")
	}
	for _, name := range []string{"Link", "Refresh", "Location"} {
		if values := h.Values(name); len(values) > 0 {
			wrong = append(wrong, "has the header "+name+": "+strings.Join(values, ", "))
		}
	}
	return wrong
}

// fetch gets one answer, 200 or an error in a few words.
func (s *siteDoctor) fetch(path string) ([]byte, http.Header, error) {
	r, err := http.NewRequestWithContext(s.ctx, http.MethodGet, s.site+path, nil)
	if err != nil {
		return nil, nil, err
	}
	res, err := s.client.Do(r)
	if err != nil {
		return nil, nil, unreachable{err}
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("the answer is %s", res.Status)
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, siteLimit+1))
	if err == nil && len(raw) > siteLimit {
		err = fmt.Errorf("it is larger than %d MB", siteLimit>>20)
	}
	return raw, res.Header, err
}

// unreachable is the error of a site that does not answer, without the method
// and the address, which stand beside it.
type unreachable struct{ error }

var errUnreachable = errors.New("the site does not answer")

func (u unreachable) Error() string {
	var at *url.Error
	if errors.Is(u.error, context.Canceled) || !errors.As(u.error, &at) {
		return u.error.Error()
	}
	return at.Err.Error()
}

func (u unreachable) Unwrap() []error { return []error{errUnreachable, u.error} }
