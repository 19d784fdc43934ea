"""What to say of the machine beside an answer that needs no database."""

import os
import platform
from pathlib import Path


def machine() -> dict[str, object]:
    """Return what ran it, how busy it was, and our priority over other work (-20 is the highest)."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "nice": os.getpriority(os.PRIO_PROCESS, 0),
        "python": platform.python_version(),
    }


def processor() -> str:
    """Return the name that the processor gives itself."""
    with Path("/proc/cpuinfo").open() as lines:
        return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
