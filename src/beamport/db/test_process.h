// SPDX-License-Identifier: Apache-2.0
#pragma once

// A second process for tests: forked, runs one function, ends without destructors. Forked before the test starts
// threads.

#include <csignal>
#include <functional>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

namespace beamport::db {

class TestProcess {
 public:
  /// The function's value is the exit code; 0 says that all went well.
  explicit TestProcess(const std::function<int()>& work) : id_(::fork()) {
    if (id_ == 0) ::_exit(work());
  }
  TestProcess(TestProcess&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  TestProcess& operator=(TestProcess&&) = delete;
  TestProcess(const TestProcess&) = delete;
  TestProcess& operator=(const TestProcess&) = delete;
  ~TestProcess() {
    if (id_ > 0) kill();
  }

  /// Its exit code; -1 when a signal ended it.
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(id_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  /// At whatever point it is.
  void kill() {
    ::kill(id_, SIGKILL);
    wait();
  }

 private:
  pid_t id_;
};

}  // namespace beamport::db
