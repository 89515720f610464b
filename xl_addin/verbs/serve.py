"""``tieout serve``: the helper outside Excel, until it is ended."""

import argparse
import time
from pathlib import Path

from xl_addin.helper import PAUSE_SECONDS, Helper
from xl_addin.inputs import say
from xl_addin.installation.places import QUEUE, VENV


def arguments(parser: argparse.ArgumentParser) -> None:
    """The folder to watch; the installation's own when not given."""
    parser.add_argument("--queue", type=Path, metavar="DIR", default=None)
    parser.add_argument("--lang", metavar="LANG")


def run(options: argparse.Namespace) -> None:
    """Takes requests until it is interrupted or asked to end."""
    helper = Helper(options.queue or default_queue())
    if not helper.open(time.time()):
        say("cli.serve.already", options.language)
        return
    say("cli.serve.listening", options.language, queue=helper.queue)
    try:
        while helper.step():
            time.sleep(PAUSE_SECONDS)
    except KeyboardInterrupt:
        pass
    finally:
        helper.close()


def default_queue() -> Path:
    """The queue beside the environment that this runs from."""
    import sys  # noqa: PLC0415 - only here

    prefix = Path(sys.prefix)
    return (prefix.parent if prefix.name == VENV else Path.home() / ".tieout") / QUEUE
