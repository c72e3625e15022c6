// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the twin does wrong on demand, so that devices can show that they get through.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>

#include "twin/message.hpp"

namespace linnet::twin {

using Json = nlohmann::json;

enum class Fault : std::uint8_t {
  kRangesIgnored,
  kObjectChanges,
  kLinkExpired,
  kHttpStatus,
  kRedirectLoop,
  kSlow,
  kStall,
  kCut,
  kHttpsDown,
  kBrokerDown,
  kSntpSilent,
  kSntpWrong,
  kThrottled,
};

/// One that can be asked for.
struct FaultKind {
  Fault fault{};
  const char* name = "";
  const char* value = "";  ///< What its number is; empty: it takes none.
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
  const char* effect = "";
};

std::span<const FaultKind> FaultKinds();

/// Which of them are active. They last until they are cleared, were used as often as wanted, or the
/// twin ends.
class Faults {
 public:
  struct Wish {
    std::string name{};
    std::optional<std::int64_t> value{};
    std::int64_t times = 0;  ///< Uses until it ends by itself; 0: until it is cleared.
    std::string file{};      ///< Of kObjectChanges: what is served from then on.
  };
  using OnChange = std::function<void(const FaultKind& kind, bool active)>;

  /// Told after each change.
  void set_on_change(OnChange on_change) { on_change_ = std::move(on_change); }

  /// Sets it, or replaces how it was set. Throws RequestError with the names that there are, or
  /// with what its number must be.
  void Set(const Wish& wish);
  /// Throws RequestError when there is no such fault; one that is not active stays so.
  void Clear(const std::string& name);
  void ClearAll();
  /// All kinds, with what is set: [{name, effect, value, active, …}].
  [[nodiscard]] Json List() const;

  /// Its number (0 if it takes none) when it is active. One use less is left.
  std::optional<std::int64_t> Use(Fault fault);
  /// The same without using it up.
  [[nodiscard]] std::optional<std::int64_t> Look(Fault fault) const;

  /// Body bytes of firmware that have left, for kObjectChanges.
  void CountSent(std::uint64_t bytes);
  /// Whether the object has changed, and into which file (empty: the same bytes, another tag).
  [[nodiscard]] std::optional<std::string> ChangedInto() const;

 private:
  struct Active {
    Wish wish{};
    std::int64_t used = 0;
    std::uint64_t sent = 0;
  };

  void End(const FaultKind& kind);

  std::map<Fault, Active> active_;
  OnChange on_change_;
};

}  // namespace linnet::twin
