# Every target sets up .venv first where it is missing or out of date: with uv where that is
# installed, with venv and pip where not. Written for GNU make 3.81, which macOS ships.

parts = style types javascript drift mistakes tests nbgrader browser
.PHONY: help lab grade test $(parts) release bench profile requirements

help:
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

lab: .venv/.ready-runtime ## open the students' notebooks in JupyterLab, in work/
	@mkdir -p work
	@for item in notebooks/*; do [ -e "work/$${item#*/}" ] || cp -R "$$item" work/; done
	@$(in_venv) python -m chainrule.start work
	@cd work && $(in_venv) JUPYTER_CONFIG_PATH="$(CURDIR)/jupyter" jupyter lab start.ipynb

grade: .venv/.ready-runtime ## grade submitted/, or a sample class where it is empty
	@[ -n "$$(ls submitted 2>/dev/null)" ] || $(in_venv) autograder sample
	@$(in_venv) autograder grade

# Every part runs, whatever became of those before it; at the end stands how long each took and which failed.
test: .venv/.ready-dev ## check style, types, releases, misconceptions, and run every test
	@took= failed=; for part in $(parts); do \
		echo "== $$part"; began=$$(date +%s); \
		$(MAKE) --no-print-directory $$part || failed="$$failed $$part"; \
		took="$$took$$part $$(($$(date +%s) - began)) s\n"; \
	done; \
	printf "\n$$took"; [ -z "$$failed" ] || { echo "failed:$$failed" >&2; exit 1; }

style: .venv/.ready-dev
	@$(in_venv) ruff check
	@$(in_venv) ruff format --check

types: .venv/.ready-dev
	@$(in_venv) mypy

javascript: node_modules/.ready
	@$(in_venv) npm run --silent lint
	@$(in_venv) npm run --silent types
	@$(in_venv) npm test --silent

drift: .venv/.ready-dev
	@$(in_venv) autograder release --check

mistakes: .venv/.ready-dev
	@$(in_venv) autograder verify

tests: .venv/.ready-dev
	@$(in_venv) pytest -n 2 --no-loadscope-reorder --ignore tests/browser --ignore tests/nbgrader

# nbgrader's own tests with our engine on: one after the other they share nothing, so any worker takes the next.
nbgrader: .venv/.ready-dev
	@$(in_venv) pytest -n 2 --dist load tests/nbgrader

# A run of its own, since Playwright keeps an event loop running; two at a time, each with a JupyterLab and a Chromium.
browser: .venv/.ready-dev
	@$(in_venv) pytest -n 2 tests/browser

release: .venv/.ready-runtime ## make notebooks/ from solutions/
	@$(in_venv) autograder release

bench: .venv/.ready-runtime ## grade the same classes with nbgrader's engine and with ours, and compare
	@$(in_venv) python -m benchmarks.against_nbgrader
	@$(in_venv) python -m benchmarks.ways

profile: .venv/.ready-runtime ## where the milliseconds of a submission go
	@$(in_venv) python -m benchmarks.stages

requirements: ## pin the newest releases that pyproject.toml admits (needs uv)
	$(compile) --extra instructor -o requirements.txt
	$(compile) --extra instructor --group dev -c requirements.txt -o requirements-dev.txt

# One set of versions for every Python, so that all students see the same numbers.
compile = uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
	--fork-strategy fewest --no-annotate --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make requirements"

# On PATH because nbgrader starts alembic by name.
in_venv = PATH="$(CURDIR)/.venv/bin:$$PATH"

.venv/.ready-runtime: requirements.txt pyproject.toml
	@$(make_venv)
	@$(install) -r requirements.txt
	@$(install) --no-deps --editable .
	@touch $@

.venv/.ready-dev: .venv/.ready-runtime requirements-dev.txt
	@$(install) -r requirements-dev.txt
	@touch $@

# node and npm are a package among those of requirements-dev.txt, so that the machine needs neither.
node_modules/.ready: .venv/.ready-dev package.json package-lock.json
	@$(in_venv) npm ci --silent --no-audit --no-fund
	@touch $@

install = if command -v uv >/dev/null; then set -- uv pip install --python .venv/bin/python; \
	else set -- .venv/bin/python -m pip install --disable-pip-version-check; fi; "$$@" --quiet

# A .venv that works is kept. Each candidate has to run, as pyenv has stubs for versions that are not there.
make_venv = found=; \
	for python in .venv/bin/python python3 python3.14 python3.13 python3.12 python3.11 python; do \
		version=$$($$python -c 'import platform; print(platform.python_version())' 2>/dev/null) || continue; \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
			[ $$python != .venv/bin/python ] || exit 0; \
			echo "Setting up .venv with Python $$version; this takes a few minutes."; \
			if command -v uv >/dev/null; then uv venv --quiet --clear --seed --python $$python .venv && exit; \
			else $$python -m venv --clear .venv && exit; fi; \
			rm -rf .venv; exit 1; \
		fi; \
		found="$$found $$python is $$version,"; \
	done; \
	echo "Chainrule needs Python 3.11 or later; found here:$${found:- no Python at all,} so please install a newer one." >&2; exit 1
