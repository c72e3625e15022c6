// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

namespace linnet::twin {

namespace asio = boost::asio;

struct Loop::Timer : std::enable_shared_from_this<Timer> {
  Timer(asio::io_context& io, std::function<void()> task) : timer(io), work(std::move(task)) {}

  void Wait(std::chrono::milliseconds delay, bool repeat) {
    timer.expires_after(delay);
    timer.async_wait(
        [self = shared_from_this(), delay, repeat](const boost::system::error_code& error) {
          if (error) {
            return;
          }
          self->work();
          if (repeat) {
            self->Wait(delay, true);
          }
        });
  }

  asio::steady_timer timer;
  std::function<void()> work;
};

struct Loop::Signals : std::enable_shared_from_this<Signals> {
  Signals(asio::io_context& io, std::function<void(int)> task) : set(io), work(std::move(task)) {}

  void Wait() {
    set.async_wait([self = shared_from_this()](const boost::system::error_code& error, int signal) {
      if (!error) {
        self->work(signal);
        self->Wait();
      }
    });
  }

  asio::signal_set set;
  std::function<void(int)> work;
};

Loop::Loop() : io_(std::make_unique<asio::io_context>(1)) {}

Loop::~Loop() = default;

void Loop::Post(std::function<void()> work) {
  asio::post(*io_, std::move(work));
}

void Loop::Every(std::chrono::milliseconds period, std::function<void()> work) {
  std::make_shared<Timer>(*io_, std::move(work))->Wait(period, true);
}

void Loop::After(std::chrono::milliseconds delay, std::function<void()> work) {
  std::make_shared<Timer>(*io_, std::move(work))->Wait(delay, false);
}

void Loop::OnSignals(std::initializer_list<int> signals, std::function<void(int)> work) {
  const auto set = std::make_shared<Signals>(*io_, std::move(work));
  for (const int signal : signals) {
    set->set.add(signal);
  }
  set->Wait();
}

void Loop::Run() {
  const auto guard = asio::make_work_guard(*io_);
  while (!stopped_) {
    io_->restart();
    io_->run_one();
  }
}

bool Loop::RunUntil(const std::function<bool()>& done, std::chrono::milliseconds duration) {
  constexpr std::chrono::milliseconds kStep(20);
  const auto guard = asio::make_work_guard(*io_);
  const auto end = std::chrono::steady_clock::now() + duration;
  while (!done()) {
    if (std::chrono::steady_clock::now() >= end) {
      return false;
    }
    io_->restart();
    io_->run_one_for(kStep);
  }
  return true;
}

void Loop::Stop() {
  stopped_ = true;
}

}  // namespace linnet::twin
