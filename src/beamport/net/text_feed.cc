// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/text_feed.h"

#include <utility>

namespace beamport::net {

bool TextFeed::push(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (ended_) return false;
  if (waiting_.size() + text.size() > kMaxWaitingBytes) {
    waiting_ = std::string();
    ended_ = true;
  } else {
    waiting_.append(text);
  }
  if (changed_) changed_();
  return !ended_;
}

bool TextFeed::has_reader() const {
  const std::lock_guard lock(mutex_);
  return !ended_;
}

void TextFeed::close() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  if (changed_) changed_();
}

TextFeed::Taken TextFeed::take() {
  const std::lock_guard lock(mutex_);
  return {std::exchange(waiting_, {}), ended_};
}

void TextFeed::on_change(std::function<void()> changed) {
  const std::lock_guard lock(mutex_);
  changed_ = std::move(changed);
}

void TextFeed::abandon() {
  const std::lock_guard lock(mutex_);
  waiting_ = std::string();
  ended_ = true;
  changed_ = nullptr;
}

}  // namespace beamport::net
