// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The classic shadow's machine: desired values come in, are applied, and are reported.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "aws/service.hpp"
#include "aws/settings.hpp"
#include "aws/shadow_document.hpp"
#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "base/view.hpp"
#include "hal/entropy.hpp"

namespace linnet::aws {

/// On every connection it asks for the shadow, applies the difference, and reports all settings.
/// Later differences are applied as they are announced; only what they touch is reported. A value
/// that a setting refuses is reported as `errors.NAME`, with the value that stays in force.
///
/// - A message takes effect when all of it was read: one that is cut or not JSON changes nothing.
/// - A difference that is strictly older than the newest one seen is ignored. The same version is
///   not: the service gives it to the answer and to the difference of one update.
/// - The answer to our own question is right even if its version is lower (the shadow was made
///   anew), unless a newer difference was announced on this connection.
/// - A desired value is judged once, so that a refused one, which stays in the difference, does not
///   make device and service answer each other forever. After a reconnect it is judged again.
/// - Answers: 404 to a question: no shadow yet, reporting creates it. 409: ask again. 429, 5xx, no
///   answer: try again after a back-off. Others: reporting stops until the next connection.
class Shadow : public Service {
 public:
  /// All outlive the machine; one slot for each setting.
  Shadow(StringView thing, Settings& settings, ShadowVersionStore& versions, hal::Entropy& entropy,
         Span<ShadowSlot> slots);

  /// Setting `index` was changed by something else than the shadow: report it.
  void Changed(std::size_t index);

  void OnReady() override;
  void OnOffline() override;
  Status OnTopic(StringView topic) override;
  Status Next(Instant now, Request& out) override;
  [[nodiscard]] Instant wake() const override;

  /// Everything that was to be reported has been accepted.
  [[nodiscard]] bool in_sync() const { return state_ == State::kReady && !AnyToReport(); }
  /// The code of the rejection that stopped reporting; 0: none.
  [[nodiscard]] std::int64_t stopped_by() const { return stopped_by_; }
  [[nodiscard]] std::int64_t version() const { return version_; }

 protected:
  ~Shadow() = default;  // nobody deletes through it

 private:
  enum class State : std::uint8_t {
    kOffline,
    kAsking,   ///< The question is to be sent, or its answer is awaited.
    kReady,    ///< Reports go out as they are needed.
    kStopped,  ///< The service refused a report for good.
  };

  using Path = FixedString<kMaxPath>;

  void OnField(StringView path, const json::Event& event) override;
  void OnComplete() override;
  static StringView ToString(State state);
  void SetState(State state);
  void Stage(StringView path, const json::Event& event);
  void ApplyStaged();
  void Settle(std::size_t index);
  void OnDelta();
  void OnAnswer();
  void OnRejected();
  void Reported();
  void Unreported();
  void ReportAll();
  [[nodiscard]] bool AnyToReport() const;
  Result<StringView> WriteUpdate(StringView token, Span<char> out);
  std::size_t Select(std::size_t limit);

  Settings& settings_;
  ShadowVersionStore& versions_;
  Span<ShadowSlot> slots_;
  State state_ = State::kOffline;

  // Of the message being read.
  ShadowTopic topic_ = ShadowTopic::kDelta;
  std::int64_t message_version_ = 0;
  std::int64_t code_ = 0;
  Path staged_unknown_;

  std::int64_t version_ = 0;  ///< Of the last document that was applied.
  bool delta_seen_ = false;   ///< On this connection.
  std::int64_t stopped_by_ = 0;
  Path unknown_;  ///< A desired path that is no setting.
  bool unknown_to_report_ = false;
  bool unknown_reporting_ = false;
};

/// Over slots that its owner keeps.
class ShadowOver final : public Shadow {
 public:
  using Shadow::Shadow;
};

template <std::size_t kSettings>
class ShadowBuffer final : public Shadow {
 public:
  ShadowBuffer(StringView thing, Settings& settings, ShadowVersionStore& versions,
               hal::Entropy& entropy)
      : Shadow(thing, settings, versions, entropy, slots_) {}

 private:
  std::array<ShadowSlot, kSettings> slots_{};
};

}  // namespace linnet::aws
