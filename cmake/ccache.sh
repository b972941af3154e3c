#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compiler launcher: ccache with the allowances that clang's precompiled headers need, or no cache where none is installed.
if command -v ccache >/dev/null 2>&1; then
  CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
  export CCACHE_SLOPPINESS
  exec ccache "$@"
fi
exec "$@"
