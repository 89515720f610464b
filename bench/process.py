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
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, peak_mb = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    timed = {"seconds": seconds, "cpu_seconds": cpu, "peak_mb": peak_mb, "before_mb": 0.0}
    print(json.dumps(timed))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
