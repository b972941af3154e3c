// SPDX-License-Identifier: Apache-2.0
#pragma once

// Confines the calling process for good: afterwards it computes with the descriptors and the memory that it has, and
// can do nothing else. Four layers, each of which holds without the others:
//
//   no_new_privs    no program gains rights any more
//   limits          address space, number of descriptors; no file grows, no core, no further process
//   Landlock        no path can be opened, no port bound or connected to, no signal sent, no abstract socket reached
//   seccomp         the process is killed at a system call that decoding does not need: see kAllowedCalls
//
// Called by a process with one thread: a filter does not reach threads that are there already. What the kernel lacks is
// said in the result; a layer that the kernel has but refuses is an error. In sanitizer builds the filter lets the
// calls of the sanitizers' own runtime through as well, and the address space is not limited: they reserve terabytes.
// Sources: landlock(7), seccomp(2), the kernel's userspace-api/landlock.rst.

#include <cstdint>

#include "beamport/base/result.h"

namespace beamport::os {

struct SandboxLimits {
  std::uint64_t address_space_bytes = 0;  // of everything mapped, the program's code included
  std::uint64_t descriptors = 16;         // no descriptor gets this number or a higher one
};

/// What holds now, besides no_new_privs and the limits.
struct Confinement {
  int landlock_abi = 0;               // 0: the kernel has no Landlock, or it is switched off
  bool filters_system_calls = false;  // false: the kernel has no seccomp filters

  friend bool operator==(const Confinement&, const Confinement&) = default;
};

/// All four layers.
[[nodiscard]] Result<Confinement> confine_process(const SandboxLimits& limits);

// The layers, one by one. Landlock and seccomp need give_up_privileges() first.

[[nodiscard]] Result<void> give_up_privileges();
[[nodiscard]] Result<void> limit_resources(const SandboxLimits& limits);
/// The version of Landlock in force; 0 where there is none.
[[nodiscard]] Result<int> deny_paths_and_network();
/// False where the kernel has no seccomp filters.
[[nodiscard]] Result<bool> filter_system_calls();

}  // namespace beamport::os
