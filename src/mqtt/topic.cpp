// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/view.hpp"
#include "mqtt/codec.hpp"

namespace linnet::mqtt {

namespace {

constexpr StringView kWildcards = "+#";

// AWS does not count the levels of these prefixes and of the name behind them.
StringView WithoutPrefix(StringView topic) {
  for (const StringView prefix : {"$aws/rules/", "$share/"}) {
    if (topic.starts_with(prefix)) {
      const std::size_t slash = topic.find('/', prefix.size());
      return slash == StringView::npos ? StringView() : topic.substr(slash + 1);
    }
  }
  return topic;
}

Status CheckShape(StringView topic) {
  const StringView counted = WithoutPrefix(topic);
  const bool good = !counted.empty() && topic.size() <= kMaxTopicSize &&
                    topic.find('\0') == StringView::npos &&
                    std::ranges::count(counted, '/') <= kMaxTopicSlashes;
  return good ? Code::kOk : Code::kInvalidArgument;
}

}  // namespace

Status CheckTopicName(StringView topic) {
  LINNET_TRY(CheckShape(topic));
  return topic.find_first_of(kWildcards) == StringView::npos ? Code::kOk : Code::kInvalidArgument;
}

Status CheckTopicFilter(StringView filter) {
  LINNET_TRY(CheckShape(filter));
  for (std::size_t at = filter.find_first_of(kWildcards); at != StringView::npos;
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

StringView ToString(Cause cause) {
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
