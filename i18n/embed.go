//go:build !dev

package i18n

import "embed"

//go:embed locales/*.toml
var locales embed.FS
