"""`python -m locker` is `locker`."""

import sys

from locker.cli import main

sys.exit(main())
