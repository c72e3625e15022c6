// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/service.hpp"

#include "base/view.hpp"

namespace linnet::aws {

Status Service::OnValue(StringView path, const json::Event& event) {
  if (path == StringView("clientToken")) {
    token_seen_ = event.kind == json::Kind::kString;
    ours_ = token_seen_ && event.whole() && exchange_.Matches(event.text);
  } else {
    OnField(path, event);
  }
  return OkStatus();
}

void Service::OnEnd(Status status) {
  if (status.ok()) {
    OnComplete();
  } else {
    Log(log::Level::kWarning, "message dropped:", ToString(status.code()));
    OnIncomplete();
  }
}

void Service::Log(log::Level level, const char* what, StringView about) const {
  const std::array<FormatArgument, 2> arguments{FormatArgument(what), FormatArgument(about)};
  log::Write(level, tag_, "{} {}", arguments);
}

void Service::LogMove(StringView from, StringView to) const {
  log::Info(tag_, "{} -> {}", from, to);
}

}  // namespace linnet::aws
