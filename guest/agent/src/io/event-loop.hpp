#pragma once
#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <vector>

#include "io/fd.hpp"

namespace forkd {

class FdListener {
 public:
  virtual ~FdListener() = default;
  virtual void onReady(int fd, uint32_t events) = 0;
};

class Timer;
class TimerListener {
 public:
  virtual ~TimerListener() = default;
  virtual void onTimer(Timer& timer) = 0;
};

class EventLoop;

/** Watches a descriptor from start() until stop() or its end. It must end before the descriptor is closed. */
class FdWatch {
 public:
  FdWatch(EventLoop& loop, FdListener& listener) : loop_(loop), listener_(listener) {}
  FdWatch(const FdWatch&) = delete;
  FdWatch& operator=(const FdWatch&) = delete;
  ~FdWatch() { stop(); }

  /** False with errno when the descriptor cannot be polled. Events of an active watch are replaced. */
  bool start(int fd, uint32_t events);
  void stop();
  bool active() const { return fd_ >= 0; }

 private:
  friend class EventLoop;
  EventLoop& loop_;
  FdListener& listener_;
  int fd_ = -1;
  uint32_t events_ = 0;
};

/** Fires once; the listener is told on the loop. */
class Timer {
 public:
  Timer(EventLoop& loop, TimerListener& listener) : loop_(loop), listener_(listener) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { stop(); }

  void start(int64_t delayMs);
  void stop();
  bool active() const { return deadlineNs_ != 0; }

 private:
  friend class EventLoop;
  EventLoop& loop_;
  TimerListener& listener_;
  int64_t deadlineNs_ = 0;
};

/** One thread's epoll. Without timers it sleeps for as long as nothing happens. */
class EventLoop {
 public:
  EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

  /** Waits once and tells the listeners what happened. */
  void turn();

 private:
  friend class FdWatch;
  friend class Timer;
  static constexpr int kMaxEvents = 16;

  int waitMs() const;
  void fireTimers();
  void forget(FdWatch* watch);

  Fd epoll_;
  std::vector<Timer*> timers_;
  std::array<epoll_event, kMaxEvents> batch_{};
  int batchSize_ = 0;
};

}  // namespace forkd
