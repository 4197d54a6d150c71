"""The Lambda runtime that functions have here: that of the interpreter at hand, whichever a deployment to AWS names."""

import sys

LOCAL_RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
