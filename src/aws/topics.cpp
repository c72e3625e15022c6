// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/topics.hpp"

#include <algorithm>

#include "base/view.hpp"
#include "base/words.hpp"

namespace linnet::aws {

using namespace std::string_view_literals;

namespace {

constexpr StringView kThings = "$aws/things/";
constexpr StringView kJobs = "jobs/";

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' ||
         c == '_' || c == '-';
}

bool SkipPrefix(StringView& text, StringView prefix) {
  if (!text.starts_with(prefix)) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

Status CheckThingName(StringView name) {
  const bool good = !name.empty() && name.size() <= kMaxThingName &&
                    std::all_of(name.begin(), name.end(), IsNameCharacter);
  return good ? OkStatus() : Code::kInvalidArgument;
}

Status BuildTopic(StringView thing, StringView suffix, Topic& out) {
  LINNET_TRY(out.Assign(kThings));
  LINNET_TRY(out.Append(thing));
  LINNET_TRY(out.Append('/'));
  return out.Append(suffix);
}

Result<StringView> BuildFilter(StringView thing, StringView suffix, Span<char> out) {
  Topic topic;
  LINNET_TRY(BuildTopic(thing, suffix, topic));
  if (topic.size() > out.size()) {
    return Code::kTooLarge;
  }
  std::copy_n(topic.view().data(), topic.size(), out.data());
  return StringView(out.data(), topic.size());
}

Result<StringView> SuffixOf(StringView thing, StringView topic) {
  if (!SkipPrefix(topic, kThings) || !SkipPrefix(topic, thing) || !SkipPrefix(topic, "/"sv)) {
    return Code::kNotFound;
  }
  return topic;
}

Result<ShadowTopic> ParseShadowTopic(StringView thing, StringView topic) {
  LINNET_TRY_ASSIGN(const StringView suffix, SuffixOf(thing, topic));
  const auto* const found = std::find(kShadowFilters.begin(), kShadowFilters.end(), suffix);
  if (found == kShadowFilters.end()) {
    return Code::kNotFound;
  }
  return static_cast<ShadowTopic>(found - kShadowFilters.begin());
}

Result<JobsTopic> ParseJobsTopic(StringView thing, StringView topic) {
  using Kind = JobsTopic::Kind;
  LINNET_TRY_ASSIGN(StringView suffix, SuffixOf(thing, topic));
  if (!SkipPrefix(suffix, kJobs)) {
    return Code::kNotFound;
  }
  if (suffix == "notify-next"sv) {
    return JobsTopic{};
  }
  const std::size_t slash = suffix.find('/');
  if (slash == 0 || slash > kMaxJobId) {
    return Code::kNotFound;
  }
  constexpr std::size_t kActions = 4;
  const std::size_t action = IndexOf(suffix.substr(slash + 1),
                                     "get/accepted|get/rejected|update/accepted|update/rejected");
  if (action == kActions) {
    return Code::kNotFound;
  }
  constexpr auto kFirst = static_cast<std::size_t>(Kind::kGetAccepted);
  return JobsTopic{.kind = static_cast<Kind>(kFirst + action), .job = suffix.substr(0, slash)};
}

}  // namespace linnet::aws
