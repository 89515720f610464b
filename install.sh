#!/bin/bash
# Installs Tieout and its Excel add-in for the current user of a Mac, or takes both away again.
# Not tried on a Mac yet.
#
#   bash install.sh [--uninstall] [--what-if] [--python PATH] [--offline WHEELS]
#
# No administrator rights are needed. What has to be decided is decided in xl_addin/install.py.
set -euo pipefail

root="$(cd "$(dirname "$0")" && pwd)"
tieout_home="$HOME/Library/Application Support/Tieout"
python=""
offline=""
arguments=()

while [ $# -gt 0 ]; do
    case "$1" in
        --uninstall | --what-if) arguments+=("$1") ;;
        --python) python="$2"; shift ;;
        --offline) offline="$2"; shift ;;
        *) echo "Unknown: $1" >&2; exit 2 ;;
    esac
    shift
done

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in "$python" python3.14 python3.13 python3.12 python3.11 python3; do
        if [ -n "$candidate" ] && is_new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    echo "Python 3.11 or later was not found. Install it from python.org, or name it with --python." >&2
    exit 2
}

base="$(find_python)"
echo "Python: $base"
if [ ${#arguments[@]} -gt 0 ]; then
    exec "$base" -I "$root/xl_addin/install.py" "${arguments[@]}"
fi

environment="$tieout_home/venv"
mkdir -p "$tieout_home"
is_new_enough "$environment/bin/python" || "$base" -m venv --clear "$environment"
pip=("$environment/bin/python" -m pip install --upgrade --no-input --disable-pip-version-check)
if [ -n "$offline" ]; then
    "${pip[@]}" --no-index --find-links "$offline" tieout
else
    "${pip[@]}" "$root"
fi
"$environment/bin/python" -I -m xl_addin.install --log "$tieout_home/install.log"
echo "Done. In Excel: Tools, Excel Add-ins, tick Tieout. The tab Tieout is there from then on."
