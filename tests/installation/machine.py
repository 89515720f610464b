"""A Windows user's machine in memory and in a folder: registry, places, and what was run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbook_templates.template_names import TEMPLATES as NAMES
from xl_addin.install import LAUNCHER, main
from xl_addin.installation.excel import options_key
from xl_addin.installation.places import Places, on_windows

EXCEL = options_key("16.0")
TEMPLATES = dict.fromkeys(NAMES.values(), b"a template")
Values = dict[str, tuple[Any, int]]


class Registry:
    """Keys and values in memory, and how often something was changed."""

    def __init__(self, **keys: Values) -> None:
        self.keys: dict[str, Values] = dict(keys)
        self.changes, self.told = 0, 0

    def values(self, key: str) -> Values:
        return dict(self.keys.get(key, {}))

    def write(self, key: str, name: str, value: str, kind: int) -> None:
        assert key.startswith("HKCU\\"), "only what is the user's own is ever changed"
        self.keys.setdefault(key, {})[name] = (value, kind)
        self.changes += 1

    def delete(self, key: str, name: str) -> None:
        del self.keys[key][name]
        self.changes += 1

    def delete_empty(self, key: str) -> None:
        beneath = any(other.startswith(f"{key}\\") for other in self.keys)
        if key in self.keys and not self.keys[key] and not beneath:
            del self.keys[key]

    def tell_environment(self) -> None:
        self.told += 1


def with_excel(**more: Values) -> Registry:
    """A machine with Excel 16 and one add-in of somebody else's."""
    return Registry(
        **{
            "HKCR\\Excel.Application\\CurVer": {"": ("Excel.Application.16", 1)},
            EXCEL: {"OPEN": ("/R EUROTOOL.XLAM", 1), "Maximized": (3, 4)},
        }
        | more
    )


class Machine:
    """A user's folders under ``root``, an Excel that runs or not, and the installer on top."""

    def __init__(self, root: Path, registry: Registry | None = None) -> None:
        self.root = root
        self.registry = with_excel() if registry is None else registry
        environment = {"APPDATA": str(root / "Roaming"), "LOCALAPPDATA": str(root / "王 芳")}
        self.places: Places = on_windows(environment)
        self.excel_runs = False
        self.version = "tieout 9.9.9"
        self.ran: list[Sequence[str]] = []

    def prepare(self) -> "Machine":
        """The home as install.ps1 leaves it before it calls us."""
        (self.places.home / "venv" / "Scripts").mkdir(parents=True)
        (self.places.home / "venv" / "pyvenv.cfg").write_text("home = somewhere")
        return self

    def run(self, command: Sequence[str]) -> str:
        self.ran.append(command)
        if command[0] == "tasklist":
            return "EXCEL.EXE  4711 Console" if self.excel_runs else "INFO: No tasks are running"
        assert Path(command[0]) == self.places.home / LAUNCHER
        return f"{self.version}\n" if command[1] == "--version" else "✓ all well\n"

    def install(self, *options: str) -> int:
        found = (self.places, self.registry)
        return main(list(options), found, self.run, lambda: TEMPLATES)

    def uninstall(self, *options: str) -> int:
        return self.install("--uninstall", *options)

    def files(self) -> set[str]:
        """Everything that lies under the root."""
        return {p.relative_to(self.root).as_posix() for p in self.root.rglob("*") if p.is_file()}
