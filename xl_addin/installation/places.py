"""Where everything goes on a user's machine; nothing outside these places is touched."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbook_templates.template_names import TEMPLATES

ADDIN = "Tieout.xlam"
SCRIPT = "Tieout.applescript"
HELPER_LINK = "Tieout helper.lnk"
QUEUE = "queue"
LISTENING, STOP = "listening", "stop"  # files of the queue: the helper is there; it shall end
VENV = "venv"
LOG = "install.log"
_OFFICE_ON_MAC = "Library/Group Containers/UBF8T346G9.Office/User Content.localized"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one user.

    Attributes:
        home: Tieout's own folder, with its environment.
        addins: where Excel offers add-ins from.
        templates: where Excel offers templates from.
        start_menu: for the helper's link; None where there is no such menu.
        scripts: from where Excel on a Mac may run a script; None elsewhere.
    """

    home: Path
    addins: Path
    templates: Path
    start_menu: Path | None = None
    scripts: Path | None = None

    @property
    def addin(self) -> Path:
        """The add-in where Excel loads it from."""
        return self.addins / ADDIN

    @property
    def template_files(self) -> tuple[Path, ...]:
        """The template of each language."""
        return tuple(self.templates / name for name in TEMPLATES.values())

    @property
    def queue(self) -> Path:
        """Where the launcher leaves a request for the helper outside Excel."""
        return self.home / QUEUE

    @property
    def python(self) -> Path:
        """The Python that Excel starts; without a window on Windows."""
        if self.scripts:
            return self.home / VENV / "bin" / "python"
        return self.home / VENV / "Scripts" / "pythonw.exe"


def on_windows(environment: Mapping[str, str], home: Path | None = None) -> Places:
    """The places of the Windows user whose environment variables these are."""
    roaming = Path(environment["APPDATA"]) / "Microsoft"
    return Places(
        home=home or Path(environment["LOCALAPPDATA"]) / "Tieout",
        addins=roaming / "AddIns",
        templates=roaming / "Templates",
        start_menu=roaming / "Windows" / "Start Menu" / "Programs",
    )


def on_mac(user: Path, home: Path | None = None) -> Places:
    """The places of the Mac user whose home folder this is.  Not tried on a Mac."""
    return Places(
        home=home or user / "Library" / "Application Support" / "Tieout",
        addins=user / _OFFICE_ON_MAC / "Add-Ins.localized",
        templates=user / _OFFICE_ON_MAC / "Templates.localized",
        scripts=user / "Library" / "Application Scripts" / "com.microsoft.Excel",
    )
