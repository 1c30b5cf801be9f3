# make test    every test; installs what they need
# make bench   the benchmarks, as ratios within one run
# make assets  web/static from web/src

.PHONY: test bench assets build

# The Node that web/package-lock.json pins, for everything below.
export PATH := $(CURDIR)/web/node_modules/.bin:$(PATH)

build:
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o hotline ./cmd/hotline

test: web/node_modules/.package-lock.json
	@.ci/setup
	cd web && npm run --silent check && npm run --silent unit
	go test -timeout 14m -parallel 4 ./...

bench: web/node_modules/.package-lock.json
	go test -timeout 60m -run '^$$' -bench . -benchtime 1x ./test/bench
	go test -timeout 60m -run '^$$' -bench . -benchtime 1x ./store ./crypto/...

assets: web/node_modules/.package-lock.json
	@cd web && npm run --silent build
	@go run ./web/precompress web/static

web/node_modules/.package-lock.json: web/package-lock.json
	@.ci/setup
	cd web && npm ci --silent --no-audit --no-fund
