"""Where a button's call arrives: the function behind it is found and run."""

from xl_addin.actions.call import Call
from xl_addin.actions.registry import action, function_of


def run(call: Call) -> int:
    """Runs the action that was called and answers its exit code."""
    return int(function_of(action(call.action))(call) or 0)
