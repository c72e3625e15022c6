// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The reserved topics of AWS IoT Core that a device uses, built and read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "base/view.hpp"

namespace linnet::aws {

inline constexpr std::size_t kMaxThingName = 128;
inline constexpr std::size_t kMaxJobId = 64;
/// AWS takes topics of up to 256 bytes.
inline constexpr std::size_t kMaxTopic = 256;

using Topic = FixedString<kMaxTopic>;

/// 1 to 128 of `[a-zA-Z0-9:_-]`. kInvalidArgument.
Status CheckThingName(StringView name);

/// What follows `$aws/things/THING/` in the filters that the clients need. The broker must have
/// confirmed them before Client::OnReady. `+` stands for one job and for accepted or rejected.
inline constexpr std::array<StringView, 5> kShadowFilters = {
    "shadow/get/accepted", "shadow/get/rejected", "shadow/update/accepted",
    "shadow/update/rejected", "shadow/update/delta"};
inline constexpr std::array<StringView, 3> kJobsFilters = {"jobs/notify-next", "jobs/+/get/+",
                                                           "jobs/+/update/+"};

/// `$aws/things/THING/SUFFIX` at the start of `out`. kTooLarge.
Result<StringView> BuildFilter(StringView thing, StringView suffix, Span<char> out);
Status BuildTopic(StringView thing, StringView suffix, Topic& out);
/// The part of `topic` after `$aws/things/THING/`. kNotFound: another thing's or no such topic.
Result<StringView> SuffixOf(StringView thing, StringView topic);

enum class ShadowTopic : std::uint8_t {
  kGetAccepted,
  kGetRejected,
  kUpdateAccepted,
  kUpdateRejected,
  kDelta,
};
/// kNotFound: none of the classic shadow's that are listed here.
Result<ShadowTopic> ParseShadowTopic(StringView thing, StringView topic);

struct JobsTopic {
  enum class Kind : std::uint8_t {
    kNotifyNext,
    kGetAccepted,
    kGetRejected,
    kUpdateAccepted,
    kUpdateRejected,
  };
  Kind kind = Kind::kNotifyNext;
  StringView job;  ///< Empty for kNotifyNext; may be `$next`. A view into the topic.
};
/// kNotFound: none of those listed here, or a job identifier of no or over 64 characters.
Result<JobsTopic> ParseJobsTopic(StringView thing, StringView topic);

}  // namespace linnet::aws
