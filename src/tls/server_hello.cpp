// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/server_hello.hpp"

#include "base/endian.hpp"

namespace linnet::tls {

namespace {

constexpr std::size_t kSessionIdLength = 4 + 2 + 32;  // header, version, random
constexpr std::size_t kSuiteAndCompression = 3;
constexpr std::uint16_t kMaxFragmentLength = 1;

}  // namespace

bool AgreesToRecordLimit(Bytes server_hello) {
  if (server_hello.size() <= kSessionIdLength) {
    return false;
  }
  const std::size_t id = std::to_integer<std::size_t>(server_hello[kSessionIdLength]);
  const std::size_t extensions = kSessionIdLength + 1 + id + kSuiteAndCompression;
  if (server_hello.size() < extensions + 2) {
    return false;
  }
  Bytes rest = server_hello.subspan(extensions + 2);
  while (rest.size() >= 4) {
    if (LoadBe16(rest) == kMaxFragmentLength) {
      return true;
    }
    const std::size_t whole = 4 + std::size_t{LoadBe16(rest.subspan(2))};
    if (rest.size() < whole) {
      return false;
    }
    rest = rest.subspan(whole);
  }
  return false;
}

}  // namespace linnet::tls
