"""`make test`: the whole suite on both cores; the last to leave stops the private servers."""

import os
import subprocess
import sys

from config import embedded

if __name__ == "__main__":
    arguments = sys.argv[1:] or ["--numprocesses", str(min(os.cpu_count() or 1, 4)), "--dist", "loadgroup"]
    with embedded.running():
        sys.exit(subprocess.run([sys.executable, "-m", "pytest", *arguments]).returncode)
