"""How many cases the properties try: few on every run, thousands when asked for.

``TIEOUT_EXAMPLES=2000 python -m pytest tests/match`` is the long run.
"""

import os

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "match",
    max_examples=int(os.environ.get("TIEOUT_EXAMPLES", "25")),
    deadline=None,
    derandomize="TIEOUT_EXAMPLES" not in os.environ,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking many cases at once takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("match")
