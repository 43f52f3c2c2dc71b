"""Is the process in this container well? Ends with 0 or 1. Imports nothing that takes time.

python config/probe.py web      the web server answers /healthz
python config/probe.py alive    ALIVE_FILE was touched in the last minute
"""

import http.client
import os
import sys
import time
from pathlib import Path

PATIENCE = 5.0
LONGEST_SILENCE = 60.0


def web_answers() -> bool:
    """Ask under a name that the site answers to."""
    port = int(os.environ.get("GRANIAN_PORT", "8000"))
    name = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        server.request("GET", "/healthz", headers={"Host": name})
        return server.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        server.close()


def was_touched() -> bool:
    try:
        touched = Path(os.environ["ALIVE_FILE"]).stat().st_mtime
    except (KeyError, OSError):
        return False
    return time.time() - touched < LONGEST_SILENCE


CHECKS = {"web": web_answers, "alive": was_touched}


def main() -> int:
    asked = sys.argv[1:]
    if len(asked) != 1 or asked[0] not in CHECKS:
        print(f"usage: probe.py {' | '.join(CHECKS)}", file=sys.stderr)
        return 2
    return 0 if CHECKS[asked[0]]() else 1


if __name__ == "__main__":
    sys.exit(main())
