# make test    every test; installs what they need
# make bench   the benchmarks, and README's table of their figures
#              (make bench-readme puts it into README.md)
# make assets  web/static from web/src

.PHONY: test bench bench-readme assets build

# The Node that web/package-lock.json pins, for everything below.
export PATH := $(CURDIR)/web/node_modules/.bin:$(PATH)

build:
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o hotline ./cmd/hotline

test: web/node_modules/.package-lock.json
	@.ci/setup
	cd web && npm run --silent check && npm run --silent lint && npm run --silent unit
	go test -timeout 14m -parallel 4 ./...

# Of the program as it is released, a package at a time. Store's benchmarks compare
# in each turn, so they take several.
bench: build web/node_modules/.package-lock.json
	@{ HOTLINE_TEST_BINARY=$(CURDIR)/hotline go test -timeout 60m -run '^$$' -bench . -benchtime 1x ./test/bench; \
	go test -p 1 -timeout 60m -run '^$$' -bench . -benchtime 5x ./store ./crypto/...; } 2>&1 | go run ./test/bench/table $(BENCH_FLAGS)

bench-readme:
	@$(MAKE) --no-print-directory bench BENCH_FLAGS='-readme README.md'

assets: web/node_modules/.package-lock.json
	@cd web && npm run --silent build
	@go run ./web/precompress web/static

web/node_modules/.package-lock.json: web/package-lock.json
	@.ci/setup
	cd web && npm ci --silent --no-audit --no-fund
