// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/server_hello.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace linnet::tls {
namespace {

// A hello with a session id of `id` bytes and these extension bytes.
std::vector<std::byte> Hello(std::size_t id, std::initializer_list<int> extensions) {
  std::vector<std::byte> hello(4 + 2 + 32, std::byte{0x11});
  hello.push_back(static_cast<std::byte>(id));
  hello.insert(hello.end(), id, std::byte{0x22});
  hello.insert(hello.end(), 3, std::byte{0});  // suite, compression
  hello.push_back(std::byte{0});
  hello.push_back(static_cast<std::byte>(extensions.size()));
  for (const int byte : extensions) {
    hello.push_back(static_cast<std::byte>(byte));
  }
  return hello;
}

TEST(ServerHelloTest, FindsTheExtensionAtAnyPlace) {
  EXPECT_TRUE(AgreesToRecordLimit(Hello(0, {0, 1, 0, 1, 4})));
  EXPECT_TRUE(AgreesToRecordLimit(Hello(32, {0, 23, 0, 0, 0, 16, 0, 2, 0, 1, 0, 1, 0, 1, 4})));
}

TEST(ServerHelloTest, IsNotMisledByOtherContent) {
  EXPECT_FALSE(AgreesToRecordLimit(Hello(32, {})));
  EXPECT_FALSE(AgreesToRecordLimit(Hello(0, {0, 16, 0, 4, 0, 1, 0, 1})));
  EXPECT_FALSE(AgreesToRecordLimit(Hello(0, {0, 23, 0, 0})));
}

TEST(ServerHelloTest, IsQuietAboutMalformedOnes) {
  EXPECT_FALSE(AgreesToRecordLimit({}));
  EXPECT_FALSE(AgreesToRecordLimit(Hello(0, {0, 16, 0xFF, 0xFF, 0, 1, 0, 1, 4})));
  const auto whole = Hello(8, {0, 23, 0, 0, 0, 1, 0, 1, 4});
  for (std::size_t size = 0; size < whole.size() - 5; ++size) {
    EXPECT_FALSE(AgreesToRecordLimit(Bytes(whole).first(size))) << size;
  }
  auto wild = whole;
  wild[38] = std::byte{0xFF};
  EXPECT_FALSE(AgreesToRecordLimit(wild));
}

}  // namespace
}  // namespace linnet::tls
