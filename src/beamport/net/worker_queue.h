// SPDX-License-Identifier: Apache-2.0
#pragma once

// A few threads and a bounded queue of tasks for them. When the queue is full a task is refused at once, so that
// overload becomes an answer and not a delay. Thread-safe; stop() is called from one thread and not from a task.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace beamport::net {

class WorkerQueue {
 public:
  using Task = std::function<void()>;  // must not throw

  WorkerQueue(int threads, std::size_t max_waiting);
  WorkerQueue(const WorkerQueue&) = delete;
  WorkerQueue& operator=(const WorkerQueue&) = delete;
  ~WorkerQueue();

  /// False when max_waiting tasks wait already or stop() was called; the task is dropped then.
  [[nodiscard]] bool try_submit(Task task);

  /// Refuses new tasks, runs the waiting ones, ends the threads.
  void stop();

 private:
  void work();

  const std::size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> waiting_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace beamport::net
