// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "mqtt/codec.hpp"

namespace linnet::mqtt {

namespace {

constexpr std::string_view kWildcards = "+#";

// AWS does not count the levels of these prefixes and of the name behind them.
std::string_view WithoutPrefix(std::string_view topic) {
  for (const std::string_view prefix : {"$aws/rules/", "$share/"}) {
    if (topic.starts_with(prefix)) {
      const std::size_t slash = topic.find('/', prefix.size());
      return slash == std::string_view::npos ? std::string_view() : topic.substr(slash + 1);
    }
  }
  return topic;
}

Status CheckShape(std::string_view topic) {
  const std::string_view counted = WithoutPrefix(topic);
  const bool good = !counted.empty() && topic.size() <= kMaxTopicSize &&
                    topic.find('\0') == std::string_view::npos &&
                    std::ranges::count(counted, '/') <= kMaxTopicSlashes;
  return good ? Code::kOk : Code::kInvalidArgument;
}

}  // namespace

Status CheckTopicName(std::string_view topic) {
  LINNET_TRY(CheckShape(topic));
  return topic.find_first_of(kWildcards) == std::string_view::npos ? Code::kOk
                                                                   : Code::kInvalidArgument;
}

Status CheckTopicFilter(std::string_view filter) {
  LINNET_TRY(CheckShape(filter));
  for (std::size_t at = filter.find_first_of(kWildcards); at != std::string_view::npos;
       at = filter.find_first_of(kWildcards, at + 1)) {
    const bool begins = at == 0 || filter[at - 1] == '/';
    const bool last = at + 1 == filter.size();
    const bool ends = last || (filter[at] == '+' && filter[at + 1] == '/');
    if (!begins || !ends) {
      return Code::kInvalidArgument;
    }
  }
  return OkStatus();
}

std::string_view ToString(Cause cause) {
  switch (cause) {
    case Cause::kNetwork:
      return "network";
    case Cause::kRefused:
      return "refused";
    case Cause::kServer:
      return "server";
    case Cause::kProtocol:
      return "protocol";
    case Cause::kTimeout:
      return "timeout";
    case Cause::kStopped:
      return "stopped";
  }
  return "unknown";
}

}  // namespace linnet::mqtt
