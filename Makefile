# make check   what is quick, before each commit: formatting, vet, staticcheck, go.mod, types, lint, unit tests, the
#              store on SQLite, the API; no browser, no PostgreSQL
# make test    every test; installs what they need
# make test-long  the tests of faults at length (5,000 kills, 1,000 crash points, 500 damaged bytes) and 500 cases in four
#              and a half years of dates, and what each has
#              seen; installs what they need, and takes more than an hour
# make race    with the race detector, in tests and server: the unit tests of server (without pages and posters,
#              which are pure, and without the month and the years of a simulated clock, which take long), engines and sealed files, and those
#              tests of API and store that do several things at once
# make race-all  the same for every test without a browser
# make bench   the benchmarks, and README's table of their figures
#              (make bench-readme puts it into README.md)
# make assets  web/static from web/src
# make dev     the demonstration, for work on the pages: a change of a template, a
#              text, a style or a script shows with the next request; Ctrl+C ends it
# make shots   pictures of pages, in the folder shots: of all, or with PAGES=REGEXP
#              LANGS=ja,en WIDTHS=360,1280 SCHEMES=light,dark OUT=FOLDER of some

# What needs neither a browser nor PostgreSQL.
quick := ./test/api ./store/... ./server/... ./crypto/... ./cmd/... ./i18n ./web/...

.PHONY: check check-static check-web check-tests test test-long race race-all bench bench-readme assets dev shots build

# The Node that web/package-lock.json pins, for everything below.
export PATH := $(CURDIR)/web/node_modules/.bin:$(PATH)

build:
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o hotline ./cmd/hotline

check:
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check-tests check-static check-web

check-static:
	@.ci/formatting
	go vet ./...
	go vet -tags dev ./web ./i18n
	go tool staticcheck ./...
	go mod tidy -diff

check-web: web/node_modules/.package-lock.json
	cd web && npm run --silent check && npm run --silent lint && HOTLINE_SHORT=1 npm run --silent unit

check-tests:
	test/run -short $(quick) ./test/arch

# The longest first, so that none is left running alone at the end.
test: web/node_modules/.package-lock.json
	@.ci/setup
	cd web && npm run --silent check && npm run --silent unit
	test/run ./test/browser ./test/api ./store/... ./test/attack ./test/fault ./test/cli ./...

# Those of faults that docs/reliability.md lists, at length, one package after the other.
test-long:
	@.ci/setup
	HOTLINE_TEST_LONG=1 test/run -p 1 ./test/fault
	HOTLINE_TEST_LONG=1 test/run -run 'TestKilled|TestUpgrade|TestPostgres(Crashes|Partition|Locked)|TestSQLite(Locked|DiskFull|ReadOnly|Damaged)' ./store
	HOTLINE_TEST_LONG=1 test/run -run 'TestPanic|TestYears' ./server

# Tests, and parts of the store's suite, that do several things at once.
at_once := Concurrent|AtOnce|Slow|Flood|Busy|GivesWay|TwoHandlers|Drafts|Limit|TestKilled|TestSQLite(Close|Drop|Locked)|TestSQLite$$/(concurrent|while|same_moment|takes_no_other|each_other|cancelled)

race:
	@.ci/setup race
	test/run -race -short -skip 'TestAMonthOfNotices|TestYears' $$(go list ./server/... | grep -v -e /server/view -e /server/poster -e /server/qrcode) ./store/engine ./store/blob
	test/run -race -short -run '$(at_once)' ./test/api ./store

race-all:
	@.ci/setup race
	test/run -race $$(go list ./... | grep -v -e /test/browser -e /test/bench -e /test/arch)

# Of the program as it is released, a package at a time. Store's benchmarks compare
# in each turn, so they take several.
bench: build web/node_modules/.package-lock.json
	@{ HOTLINE_TEST_BINARY=$(CURDIR)/hotline go test -timeout 0 -run '^$$' -bench . -benchtime 1x ./test/bench; \
	go test -p 1 -timeout 0 -run '^$$' -bench . -benchtime 5x ./store ./crypto/...; } 2>&1 | go run ./test/bench/table $(BENCH_FLAGS)

bench-readme:
	@$(MAKE) --no-print-directory bench BENCH_FLAGS='-readme README.md'

assets: web/node_modules/.package-lock.json
	@cd web && npm run --silent build
	@go run ./web/precompress web/static

# FLAGS: of hotline serve, like --listen 127.0.0.1:8081
dev: web/node_modules/.package-lock.json
	@web/dev $(FLAGS)

shots: build web/node_modules/.package-lock.json
	@node test/browser/shots.mjs ./hotline

web/node_modules/.package-lock.json: web/package-lock.json
	@.ci/setup
	cd web && npm ci --loglevel error --no-audit --no-fund
