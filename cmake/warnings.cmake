# SPDX-License-Identifier: Apache-2.0
# One interface target carries the warnings so that no target forgets them.
add_library(beamport_warnings INTERFACE)
target_compile_options(beamport_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wold-style-cast -Wcast-align -Wformat=2 -Wimplicit-fallthrough -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(beamport_warnings INTERFACE -Wextra-semi -Wunused -Wnull-dereference)
else()
  # g++ 12 is the second opinion; these two of its warnings are wrong about std::optional and spans.
  target_compile_options(beamport_warnings INTERFACE -Wno-maybe-uninitialized -Wno-dangling-reference)
endif()
