"""A LibreOffice of our own: found, started on a named pipe with a private profile, and ended."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SYSTEM_UNO = Path("/usr/lib/python3/dist-packages")
PATIENCE_S = 60
# Calc asks before it pastes over cells that hold something; nobody is there to answer.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Input">
<prop oor:name="ReplaceCellsWarning" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""
# Runs soffice as long as somebody holds the other end of its input, which the system lets go of
# however that process ends: by itself, by Ctrl-C, terminated or killed.
_GUARD = """
profile=$1; shift
"$@" <&- &
office=$!
read _
trap '' TERM
kill -TERM 0
for n in 1 2 3 4 5 6 7 8 9 10; do kill -0 $office 2>&- || break; sleep 0.5; done
rm -rf "$profile"
kill -KILL 0
"""


def missing() -> str:
    """What keeps this machine from running the bench; "" where nothing does."""
    if not shutil.which("soffice"):
        return "libreoffice-calc is not installed"
    if not (SYSTEM_UNO / "uno.py").exists():
        return "python3-uno is not installed"
    try:
        load_uno()
    except ImportError as fault:
        return f"python3-uno does not fit this Python: {fault}"
    return ""


def load_uno() -> None:
    """Makes ``import uno`` work here: the system's two modules, and nothing else of the system."""
    if "uno" in sys.modules:
        return
    shim = Path(tempfile.gettempdir()) / f"tieout_uno_{os.getuid()}"
    shim.mkdir(exist_ok=True)
    for name in ("uno.py", "unohelper.py"):
        link = shim / name
        if not link.exists():
            link.symlink_to(SYSTEM_UNO / name)
    sys.path.append(str(shim))
    import uno  # noqa: F401, PLC0415 - only where the system has it


class Office:
    """One running soffice without a screen."""

    def __init__(self) -> None:
        """Starts it and waits until it answers."""
        load_uno()
        self.profile = Path(tempfile.mkdtemp(prefix="tieout_soffice_"))
        (self.profile / "user").mkdir()
        (self.profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS)
        self.pipe = f"tieout{os.getpid()}_{time.monotonic_ns():x}"
        self.process = subprocess.Popen(
            [
                "sh", "-c", _GUARD, "sh", str(self.profile),
                "soffice", "--headless", "--norestore", "--nologo", "--nodefault",
                "--nofirststartwizard", f"-env:UserInstallation=file://{self.profile}",
                f"--accept=pipe,name={self.pipe};urp;",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        atexit.register(self.stop)
        self.context = connected(self.pipe)

    def stop(self) -> None:
        """Ends it, gently first."""
        if self.process.poll() is None and self.process.stdin is not None:
            self.process.stdin.close()
            self.process.wait(PATIENCE_S)


def connected(pipe: str):
    """The component context of the soffice that listens on a pipe."""
    load_uno()
    import uno  # noqa: PLC0415
    from com.sun.star.connection import NoConnectException  # noqa: PLC0415

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    give_up = time.monotonic() + PATIENCE_S
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
