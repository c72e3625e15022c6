// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/stream_source.hpp"

#include <algorithm>
#include <bit>

#include "base/view.hpp"

namespace linnet::device {

Status StreamSource::Fetch(std::uint32_t offset, std::uint32_t length, StringView validator,
                           update::ByteSink& sink) {
  sink_ = &sink;
  Version said{};
  if (validator.size() == said.size()) {
    std::copy_n(AsBytes(validator).begin(), said.size(), said.begin());
  }
  const auto version = std::bit_cast<std::uint32_t>(said);
  return download_.Fetch(offset, length, version, *this);
}

Status StreamSource::Poll(Instant /*now*/) {
  const Status status = download_.status();
  if (status.ok()) {
    version_ = std::bit_cast<Version>(download_.version());
  }
  return status;
}

}  // namespace linnet::device
