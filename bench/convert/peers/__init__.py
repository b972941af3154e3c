# SPDX-License-Identifier: Apache-2.0
"""The tools that are compared, one module each. What all of them can be asked is `Tool`, in peers/tool.py."""
