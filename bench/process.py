"""Times ``tieout …`` as a whole process, from the start of Python to its end.

A process of its own, small on purpose: on Linux a child's peak memory is never counted lower than
what its parent held when it forked.
"""

import json
import resource
import subprocess
import sys
import time


def main(words: list[str]) -> int:
    """Runs the product's command line and prints seconds and peak memory as JSON."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "xl_addin", *words], check=False)
    seconds = time.perf_counter() - start
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": peak_mb, "before_mb": 0.0}))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
