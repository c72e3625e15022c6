// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The line to a radio that comes, goes and comes back.
#include "ports/linux/socket_line.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "ports/linux/devices.hpp"

namespace linnet::posix {
namespace {

class SocketLineTest : public ::testing::Test {
 protected:
  SocketLineTest() {
    std::string folder = "/tmp/linnet-line-XXXXXX";
    folder_ = mkdtemp(folder.data());
    path_ = folder_ + "/radio.sock";
  }
  ~SocketLineTest() override {
    StopRadio();
    rmdir(folder_.c_str());
  }
  void StartRadio() {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT_EQ(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(listen(listener_, 1), 0);
  }
  void StopRadio() {
    close(radio_);
    close(listener_);
    unlink(path_.c_str());
    radio_ = listener_ = -1;
  }
  std::string Heard() {
    if (radio_ < 0) {
      radio_ = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    }
    char text[16] = "";
    const ssize_t size = recv(radio_, text, sizeof text, 0);
    return {text, static_cast<std::size_t>(size > 0 ? size : 0)};
  }

  std::string folder_;
  std::string path_;
  int listener_ = -1;
  int radio_ = -1;
  WatchList watched_;
};

TEST_F(SocketLineTest, WithoutARadioItIsSilent) {
  std::byte byte{};
  for (const std::string& path : {std::string(), path_, std::string(200, 'x')}) {
    SocketLine line(watched_, path);
    EXPECT_EQ(line.Send(AsBytes("?")), Code::kUnavailable);
    EXPECT_FALSE(line.Take(byte));
  }
  EXPECT_TRUE(watched_.files().empty());
}

TEST_F(SocketLineTest, CarriesBytesBothWaysAndWakesTheLoop) {
  StartRadio();
  SocketLine line(watched_, path_);
  ASSERT_TRUE(line.Send(AsBytes("hello")).ok());
  EXPECT_EQ(Heard(), "hello");
  std::byte byte{};
  EXPECT_FALSE(line.Take(byte));
  ASSERT_EQ(send(radio_, "ab", 2, 0), 2);
  const SteadyClock clock;
  PollIdle(watched_, clock).WaitUntil(kNever);
  ASSERT_TRUE(line.Take(byte));
  EXPECT_EQ(byte, std::byte{'a'});
  EXPECT_TRUE(line.has_bytes());
  ASSERT_TRUE(line.Take(byte));
  EXPECT_FALSE(line.has_bytes());
}

TEST_F(SocketLineTest, ConnectsAgainWhenTheRadioIsBack) {
  StartRadio();
  SocketLine line(watched_, path_);
  ASSERT_TRUE(line.Send(AsBytes("one")).ok());
  EXPECT_EQ(Heard(), "one");
  StopRadio();
  std::byte byte{};
  EXPECT_FALSE(line.Take(byte));
  EXPECT_TRUE(watched_.files().empty()) << "a socket that has ended would keep the loop awake";
  EXPECT_EQ(line.Send(AsBytes("?")), Code::kUnavailable);
  StartRadio();
  ASSERT_TRUE(line.Send(AsBytes("two")).ok());
  EXPECT_EQ(Heard(), "two");
}

}  // namespace
}  // namespace linnet::posix
