"""How a setting says what it is counted in and what it means."""

from dataclasses import field
from typing import Any


def unit(default: Any, unit: str, meaning: str) -> Any:
    """A field with its unit and meaning; the policy page of the guide is written from these."""
    return field(default=default, metadata={"unit": unit, "meaning": meaning})
