//go:build !dev

package i18n

import (
	"embed"
	"sync"
)

//go:embed locales/*.toml
var locales embed.FS

var parsed = sync.OnceValues(parse)

// Load returns the texts. They are parsed once: nothing changes a Catalog.
func Load() (*Catalog, error) { return parsed() }
