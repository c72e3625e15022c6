// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/shadow.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/view.hpp"
#include "base/words.hpp"

namespace linnet::aws {

using namespace std::string_view_literals;

namespace {

void Assign(const json::Event& event, SettingValue& value) {
  value.text.Clear();
  value.integer = event.integer;
  value.boolean = event.boolean;
  value.kind = SettingValue::Kind::kOther;
  if (event.kind == json::Kind::kNumber && event.integral) {
    value.kind = SettingValue::Kind::kInteger;
  } else if (event.kind == json::Kind::kBool) {
    value.kind = SettingValue::Kind::kBool;
  } else if (event.kind == json::Kind::kString && event.whole() &&
             value.text.Assign(event.text).ok()) {
    value.kind = SettingValue::Kind::kText;
  }
}

/// FNV-1a: tells the values apart that an owner sets, without keeping them.
std::uint64_t Fingerprint(const SettingValue& value) {
  constexpr std::uint64_t kPrime = 0x100000001B3;
  std::uint64_t hash = 0xCBF29CE484222325;
  const auto add = [&hash](std::uint64_t part) { hash = (hash ^ part) * kPrime; };
  add(static_cast<std::uint64_t>(value.kind));
  add(value.boolean ? 1 : 0);
  add(static_cast<std::uint64_t>(value.integer));
  for (const char c : value.text.view()) {
    add(static_cast<std::uint8_t>(c));
  }
  return hash;
}

bool IsEnd(json::Kind kind) {
  return kind == json::Kind::kEndObject || kind == json::Kind::kEndArray;
}

}  // namespace

Shadow::Shadow(StringView thing, Settings& settings, ShadowVersionStore& versions,
               hal::Entropy& entropy, Span<ShadowSlot> slots)
    : Service("shadow", thing, entropy), settings_(settings), versions_(versions), slots_(slots) {
  LINNET_ASSERT(slots.size() == settings.count());
}

StringView Shadow::ToString(State state) {
  return WordAt(static_cast<std::size_t>(state), "offline|asking|ready|stopped");
}

void Shadow::SetState(State state) {
  if (state != state_) {
    LogMove(ToString(state_), ToString(state));
  }
  state_ = state;
}

void Shadow::OnReady() {
  if (version_ == 0) {
    version_ = versions_.Load();
  }
  for (ShadowSlot& slot : slots_) {
    slot.has_settled = false;
  }
  exchange_.Reset();
  delta_seen_ = false;
  stopped_by_ = 0;
  SetState(State::kAsking);
}

void Shadow::OnOffline() {
  SetState(State::kOffline);
}

void Shadow::Changed(std::size_t index) {
  slots_[index].to_report = true;
}

Status Shadow::OnTopic(StringView topic) {
  LINNET_TRY_ASSIGN(topic_, ParseShadowTopic(thing_, topic));
  message_version_ = 0;
  code_ = 0;
  BeginMessage();
  staged_unknown_.Clear();
  for (ShadowSlot& slot : slots_) {
    slot.has_staged = false;
  }
  return OkStatus();
}

void Shadow::OnField(StringView path, const json::Event& event) {
  const StringView desired = topic_ == ShadowTopic::kDelta         ? "state."sv
                             : topic_ == ShadowTopic::kGetAccepted ? "state.delta."sv
                                                                   : ""sv;
  if (!desired.empty() && path.starts_with(desired)) {
    Stage(path.substr(desired.size()), event);
    return;
  }
  enum : std::size_t { kVersion, kCode, kMessage };
  const std::size_t field = IndexOf(path, "version|code|message");
  if (field == kVersion && event.integral) {
    message_version_ = event.integer;
  } else if (field == kCode && event.integral) {
    code_ = event.integer;
  } else if (field == kMessage && event.first) {
    Log(log::Level::kWarning, "rejected:", event.text);
  }
}

void Shadow::Stage(StringView path, const json::Event& event) {
  if (!event.first || IsEnd(event.kind) || path.find("[]"sv) != StringView::npos) {
    return;
  }
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (path == settings_.name(i)) {
      Assign(event, slots_[i].staged);
      slots_[i].has_staged = true;
      return;
    }
  }
  if (event.kind != json::Kind::kBeginObject && staged_unknown_.empty()) {
    IgnoreStatus(staged_unknown_.Assign(path));
  }
}

void Shadow::OnComplete() {
  switch (topic_) {
    case ShadowTopic::kDelta:
      OnDelta();
      break;
    case ShadowTopic::kGetAccepted:
      if (ours_) {
        OnAnswer();
      }
      break;
    case ShadowTopic::kUpdateAccepted:
      if (ours_) {
        Reported();
      }
      break;
    case ShadowTopic::kGetRejected:
    case ShadowTopic::kUpdateRejected:
      OnRejected();
      break;
  }
}

void Shadow::OnDelta() {
  if (message_version_ <= 0 || message_version_ < version_) {
    Log(log::Level::kInfo, "delta ignored: a newer one is known");
    return;
  }
  delta_seen_ = true;
  ApplyStaged();
}

void Shadow::OnAnswer() {
  exchange_.Succeed();
  if (!delta_seen_ || message_version_ >= version_) {
    ApplyStaged();
  }
  ReportAll();
  SetState(State::kReady);
}

void Shadow::ApplyStaged() {
  version_ = message_version_;
  bool any = false;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    ShadowSlot& slot = slots_[i];
    if (slot.has_staged && !(slot.has_settled && slot.settled == Fingerprint(slot.staged))) {
      Settle(i);
      any = true;
    } else if (!slot.has_staged && !slot.reason.empty()) {
      // A difference names all that differ: the value that was refused is no longer desired.
      slot.reason = {};
      slot.has_settled = false;
      slot.with_error = slot.to_report = true;
    }
  }
  if (unknown_.view() != staged_unknown_.view()) {
    unknown_ = staged_unknown_;
    unknown_to_report_ = true;
  }
  if (any && !versions_.Save(version_).ok()) {
    Log(log::Level::kError, "version not saved");
  }
}

void Shadow::Settle(std::size_t index) {
  ShadowSlot& slot = slots_[index];
  slot.settled = Fingerprint(slot.staged);
  slot.has_settled = true;
  const bool had_error = !slot.reason.empty();
  slot.reason = settings_.Apply(index, slot.staged);
  slot.with_error = slot.with_error || had_error || !slot.reason.empty();
  slot.to_report = true;
  if (slot.reason.empty()) {
    Log(log::Level::kInfo, "applied", settings_.name(index));
  } else {
    Log(log::Level::kWarning, "refused", settings_.name(index));
  }
}

void Shadow::OnRejected() {
  const bool of_question = topic_ == ShadowTopic::kGetRejected;
  if (!maybe_ours() || of_question != (state_ == State::kAsking)) {
    return;
  }
  constexpr std::int64_t kNoShadow = 404;
  constexpr std::int64_t kConflict = 409;
  constexpr std::int64_t kTooManyRequests = 429;
  constexpr std::int64_t kFirstServerError = 500;
  if (ours_ && of_question && code_ == kNoShadow) {
    exchange_.Succeed();
    version_ = 0;
    ReportAll();
    SetState(State::kReady);
    return;
  }
  if (!ours_ || code_ == kTooManyRequests || code_ >= kFirstServerError || code_ == kConflict) {
    exchange_.Fail();
    if (code_ == kConflict) {
      SetState(State::kAsking);
    }
    return;
  }
  exchange_.Succeed();
  stopped_by_ = code_;
  SetState(State::kStopped);
}

void Shadow::ReportAll() {
  for (ShadowSlot& slot : slots_) {
    slot.to_report = true;
    slot.with_error = true;
  }
  unknown_to_report_ = true;
}

void Shadow::Reported() {
  exchange_.Succeed();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    ShadowSlot& slot = slots_[i];
    slot.with_error = slot.with_error && !(slot.reporting && !slot.to_report);
    if (slot.reporting && settings_.is_order(i)) {
      slot.has_settled = false;  // it may be given again
      slot.staged = {};
    }
    slot.reporting = false;
  }
  unknown_reporting_ = false;
}

// Nothing is in flight: what an update carried that got no good answer must go out again.
void Shadow::Unreported() {
  for (ShadowSlot& slot : slots_) {
    slot.to_report = slot.to_report || slot.reporting;
    slot.reporting = false;
  }
  unknown_to_report_ = unknown_to_report_ || unknown_reporting_;
  unknown_reporting_ = false;
}

bool Shadow::AnyToReport() const {
  return unknown_to_report_ || unknown_reporting_ ||
         std::any_of(slots_.begin(), slots_.end(),
                     [](const ShadowSlot& slot) { return slot.to_report || slot.reporting; });
}

Status Shadow::Next(Instant now, Request& out) {
  if (!exchange_.Ready(now) || wake() == kNever) {
    return Code::kPending;
  }
  Unreported();
  const bool ask = state_ == State::kAsking;
  const StringView token = exchange_.Begin(now);
  const Result<StringView> payload =
      ask ? WriteGet(token, out.buffer) : WriteUpdate(token, out.buffer);
  if (!payload.ok()) {
    Log(log::Level::kError, "a setting cannot be reported:", linnet::ToString(payload.code()));
    exchange_.Succeed();
    SetState(State::kStopped);
    return Code::kPending;
  }
  out.payload = *payload;
  return BuildTopic(thing_, ask ? "shadow/get"sv : "shadow/update"sv, out.topic);
}

// As many settings as fit the payload; the others follow in the next update.
Result<StringView> Shadow::WriteUpdate(StringView token, Span<char> out) {
  unknown_reporting_ = unknown_to_report_;
  std::size_t limit = Select(slots_.size());
  Result<StringView> text = Code::kTooLarge;
  for (;;) {
    text = WriteReport(settings_, slots_, unknown_reporting_, unknown_, token, out);
    if (text.code() != Code::kTooLarge || limit <= 1) {
      break;
    }
    limit = Select(limit / 2);
  }
  unknown_to_report_ = false;
  for (ShadowSlot& slot : slots_) {
    slot.to_report = slot.to_report && !slot.reporting;
  }
  return text;
}

// Chooses the first `limit` settings to report; returns how many there are.
std::size_t Shadow::Select(std::size_t limit) {
  std::size_t count = 0;
  for (ShadowSlot& slot : slots_) {
    slot.reporting = slot.to_report && count < limit;
    count += slot.reporting ? 1 : 0;
  }
  return count;
}

Instant Shadow::wake() const {
  const bool wanting = state_ == State::kAsking || (state_ == State::kReady && AnyToReport());
  return wanting ? exchange_.wake() : kNever;
}

}  // namespace linnet::aws
