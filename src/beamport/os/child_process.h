// SPDX-License-Identifier: Apache-2.0
#pragma once

// Another program that runs as our child: started without fork() (safe in a process with many threads), with an empty
// environment, /dev/null as standard streams, and the given descriptors from number 3 on; nothing else is inherited. It
// is in a process group of its own, so that Ctrl-C reaches it through us only. It never outlives the object. One thread
// at a time; needs Linux 5.3 (pidfd).

#include <chrono>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

#include "beamport/base/result.h"

namespace beamport::os {

struct Program {
  std::filesystem::path path;
  std::string name;                    // what it sees as its own name
  std::vector<std::string> arguments;  // behind the name
};

/// How a process ended.
struct ProcessEnd {
  int exit_code = 0;
  int signal = 0;  // that ended it; 0: it ended by itself, with the exit code

  friend bool operator==(const ProcessEnd&, const ProcessEnd&) = default;
};

/// "exit code 3", "signal 11 (Segmentation fault)"
[[nodiscard]] std::string describe(const ProcessEnd& end);

class ChildProcess {
 public:
  static constexpr int kFirstDescriptor = 3;

  /// `descriptors[i]` is number kFirstDescriptor + i over there. kNotFound when there is no such program.
  [[nodiscard]] static Result<ChildProcess> start(const Program& program, std::span<const int> descriptors);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();  // kills it, if it is still there

  [[nodiscard]] pid_t id() const noexcept { return id_; }

  /// How it ended; nothing when it still runs after that time.
  [[nodiscard]] Result<std::optional<ProcessEnd>> wait(std::chrono::milliseconds at_most);

  /// Processor time that it has used; of a process that was waited for, nothing is known any more.
  [[nodiscard]] std::chrono::nanoseconds processor_time() const noexcept;

  /// Ends it at once and says how it ended, which may have been before.
  ProcessEnd kill();

 private:
  ChildProcess(pid_t id, int handle) noexcept : id_(id), handle_(handle) {}
  ProcessEnd reap();

  pid_t id_;
  int handle_;  // a pidfd
  std::optional<ProcessEnd> end_;
};

}  // namespace beamport::os
