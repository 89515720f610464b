"""How properties are tried: the same examples everywhere, however slow the machine."""

from hypothesis import settings

settings.register_profile("everywhere", deadline=None, derandomize=True)
settings.load_profile("everywhere")
