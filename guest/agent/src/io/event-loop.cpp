#include "io/event-loop.hpp"

#include <algorithm>

#include "io/clock.hpp"

namespace forkd {

bool FdWatch::start(int fd, uint32_t events) {
  if (fd_ == fd && events_ == events) return true;
  epoll_event event{};
  event.events = events;
  event.data.ptr = this;
  const int operation = fd_ == fd ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  if (fd_ >= 0 && fd_ != fd) stop();
  if (::epoll_ctl(loop_.epoll_.get(), operation, fd, &event) != 0) return false;
  fd_ = fd;
  events_ = events;
  return true;
}

void FdWatch::stop() {
  if (fd_ < 0) return;
  ::epoll_ctl(loop_.epoll_.get(), EPOLL_CTL_DEL, fd_, nullptr);
  fd_ = -1;
  events_ = 0;
  loop_.forget(this);
}

void Timer::start(int64_t delayMs) {
  if (!active()) loop_.timers_.push_back(this);
  deadlineNs_ = monotonicNs() + delayMs * 1'000'000;
}

void Timer::stop() {
  if (!active()) return;
  deadlineNs_ = 0;
  std::erase(loop_.timers_, this);
}

void EventLoop::turn() {
  batchSize_ = ::epoll_wait(epoll_.get(), batch_.data(), kMaxEvents, waitMs());
  for (int i = 0; i < batchSize_; ++i) {
    auto* watch = static_cast<FdWatch*>(batch_[i].data.ptr);
    if (watch != nullptr) watch->listener_.onReady(watch->fd_, batch_[i].events);
  }
  batchSize_ = 0;
  if (!timers_.empty()) fireTimers();
}

int EventLoop::waitMs() const {
  if (timers_.empty()) return -1;
  int64_t first = INT64_MAX;
  for (const Timer* timer : timers_) first = std::min(first, timer->deadlineNs_);
  const int64_t restNs = std::max<int64_t>(0, first - monotonicNs());
  return static_cast<int>(std::min<int64_t>((restNs + 999'999) / 1'000'000, INT32_MAX));
}

void EventLoop::fireTimers() {
  const int64_t nowNs = monotonicNs();
  for (;;) {
    const auto due = std::find_if(timers_.begin(), timers_.end(), [&](Timer* t) { return t->deadlineNs_ <= nowNs; });
    if (due == timers_.end()) return;
    Timer* timer = *due;
    timer->stop();
    timer->listener_.onTimer(*timer);
  }
}

/** A listener may end other watches whose events are still in the batch. */
void EventLoop::forget(FdWatch* watch) {
  for (int i = 0; i < batchSize_; ++i) {
    if (batch_[i].data.ptr == watch) batch_[i].data.ptr = nullptr;
  }
}

}  // namespace forkd
