# SPDX-License-Identifier: Apache-2.0
if(BEAMPORT_SANITIZE)
  add_compile_options(-fsanitize=${BEAMPORT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BEAMPORT_SANITIZE})
endif()
if(BEAMPORT_FUZZ)
  # Every object records coverage; only the fuzz executables link the driver.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
