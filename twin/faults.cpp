// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/faults.hpp"

#include <algorithm>

namespace linnet::twin {
namespace {

constexpr std::int64_t kMaxBytes = std::int64_t{1} << 30;
constexpr std::int64_t kYear = std::int64_t{366} * 86400;

constexpr std::array<FaultKind, 13> kKinds = {{
    {Fault::kRangesIgnored, "ranges-ignored", "", 0, 0,
     "the firmware server answers a range with the whole file"},
    {Fault::kObjectChanges, "object-changes", "BYTES", 0, kMaxBytes,
     "after that many bytes of firmware the file has another tag, and with --file other content"},
    {Fault::kLinkExpired, "link-expired", "", 0, 0, "403, as S3 says of a link whose time is over"},
    {Fault::kHttpStatus, "http-status", "STATUS", 500, 599,
     "the firmware server answers with that status"},
    {Fault::kRedirectLoop, "redirect-loop", "", 0, 0,
     "the firmware server sends everybody back to where they are"},
    {Fault::kSlow, "slow", "BYTES", 1, kMaxBytes, "firmware comes at that many bytes a second"},
    {Fault::kStall, "stall", "BYTES", 0, kMaxBytes,
     "a response hangs for a minute after that many bytes of its body"},
    {Fault::kCut, "cut", "BYTES", 0, kMaxBytes,
     "the connection is cut after that many bytes of a response's body"},
    {Fault::kHttpsDown, "https-down", "", 0, 0, "the firmware server is not there"},
    {Fault::kBrokerDown, "broker-down", "", 0, 0, "the MQTT broker is not there"},
    {Fault::kSntpSilent, "sntp-silent", "", 0, 0, "the time server does not answer"},
    {Fault::kSntpWrong, "sntp-wrong", "SECONDS", -100 * kYear, 100 * kYear,
     "the time server's clock is wrong by that much"},
    {Fault::kThrottled, "throttled", "", 0, 0,
     "requests to the shadow and to jobs get 429 and RequestThrottled"},
}};

const FaultKind& KindOf(const std::string& name) {
  const auto* found =
      std::ranges::find_if(kKinds, [&name](const FaultKind& kind) { return name == kind.name; });
  if (found != kKinds.end()) {
    return *found;
  }
  std::string names;
  for (const FaultKind& kind : kKinds) {
    names.append(names.empty() ? "" : ", ").append(kind.name);
  }
  throw RequestError("InvalidRequest", "There is no fault '" + name + "'; there are " + names);
}

void CheckValue(const FaultKind& kind, const std::optional<std::int64_t>& value) {
  const bool takes = kind.value[0] != '\0';
  if (!takes && value) {
    throw RequestError("InvalidRequest", std::string(kind.name) + " takes no value");
  }
  if (takes && (!value || *value < kind.minimum || *value > kind.maximum)) {
    throw RequestError("InvalidRequest", std::string(kind.name) + " needs " + kind.value +
                                             ", a number from " + std::to_string(kind.minimum) +
                                             " to " + std::to_string(kind.maximum));
  }
}

}  // namespace

std::span<const FaultKind> FaultKinds() {
  return kKinds;
}

void Faults::Set(const Wish& wish) {
  const FaultKind& kind = KindOf(wish.name);
  CheckValue(kind, wish.value);
  if (wish.times < 0) {
    throw RequestError("InvalidRequest", "How often it happens must not be negative");
  }
  if (!wish.file.empty() && kind.fault != Fault::kObjectChanges) {
    throw RequestError("InvalidRequest", "Only object-changes takes a file");
  }
  active_[kind.fault] = {wish};
  if (on_change_) {
    on_change_(kind, true);
  }
}

void Faults::End(const FaultKind& kind) {
  if (active_.erase(kind.fault) > 0 && on_change_) {
    on_change_(kind, false);
  }
}

void Faults::Clear(const std::string& name) {
  End(KindOf(name));
}

void Faults::ClearAll() {
  for (const FaultKind& kind : kKinds) {
    End(kind);
  }
}

Json Faults::List() const {
  Json list = Json::array();
  for (const FaultKind& kind : kKinds) {
    Json entry = {{"name", kind.name}, {"effect", kind.effect}, {"takes", kind.value}};
    const auto found = active_.find(kind.fault);
    entry["active"] = found != active_.end();
    if (found != active_.end()) {
      const Active& active = found->second;
      entry["used"] = active.used;
      entry["times"] = active.wish.times;
      if (active.wish.value) {
        entry["value"] = *active.wish.value;
      }
      if (!active.wish.file.empty()) {
        entry["file"] = active.wish.file;
      }
    }
    list.push_back(std::move(entry));
  }
  return list;
}

std::optional<std::int64_t> Faults::Use(Fault fault) {
  const std::optional<std::int64_t> value = Look(fault);
  if (value) {
    Active& active = active_[fault];
    if (++active.used == active.wish.times) {
      End(*std::ranges::find(kKinds, fault, &FaultKind::fault));
    }
  }
  return value;
}

std::optional<std::int64_t> Faults::Look(Fault fault) const {
  const auto found = active_.find(fault);
  return found == active_.end() ? std::nullopt
                                : std::optional(found->second.wish.value.value_or(0));
}

void Faults::CountSent(std::uint64_t bytes) {
  const auto found = active_.find(Fault::kObjectChanges);
  if (found != active_.end()) {
    found->second.sent += bytes;
  }
}

std::optional<std::string> Faults::ChangedInto() const {
  const auto found = active_.find(Fault::kObjectChanges);
  if (found == active_.end() ||
      found->second.sent < static_cast<std::uint64_t>(found->second.wish.value.value_or(0))) {
    return std::nullopt;
  }
  return found->second.wish.file;
}

}  // namespace linnet::twin
