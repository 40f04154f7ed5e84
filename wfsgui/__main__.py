"""``python -m wfsgui``."""

import sys

from wfsgui.cli import main

if __name__ == "__main__":
    sys.exit(main())
