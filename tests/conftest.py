# SPDX-License-Identifier: Apache-2.0
"""Makes the modules beside this file importable from every part."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
