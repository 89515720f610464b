"""``tieout doctor``: what is wrong with Tieout on this machine, each with what to do."""

import argparse
import sys
import time
from pathlib import Path

from recon_engine.errors import Code, error
from recon_engine.messages import Language, text
from xl_addin.doctor import Finding, Patient, examine
from xl_addin.install import this_machine
from xl_addin.installation.hands import InstallError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Only the language."""
    parser.add_argument("--lang", metavar="LANG")


def run(options: argparse.Namespace) -> None:
    """Says of each thing whether it is well.

    Raises:
        TieoutError: MACHINE_UNFIT, when something is not.
    """
    findings = list(examine(this_patient()))
    for finding in findings:
        print(_line(finding, options.language))  # noqa: T201 - the edge speaks
    wrong = sum(not finding.ok for finding in findings)
    if wrong:
        raise error(Code.MACHINE_UNFIT, value=str(wrong))


def this_patient() -> Patient:
    """The machine that this runs on."""
    try:
        places, registry = this_machine(None)
    except InstallError:
        places, registry = None, None
    return Patient(places, registry, Path(sys.prefix), time.time())


def _line(finding: Finding, language: Language) -> str:
    key = f"doctor.{finding.code}"
    if finding.ok:
        return "✓ " + text(f"{key}.ok", language, **finding.params)
    wrong = text(f"{key}.wrong", language, **finding.params)
    return f"! {wrong} {text(f'{key}.remedy', language, **finding.params)}"
