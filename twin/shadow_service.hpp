// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The device shadow service: get, update and delete, with AWS IoT's versions, answers, error codes
// and texts.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "twin/shadow_document.hpp"
#include "twin/topics.hpp"

namespace linnet::twin {

/// Which shadow: thing name, and shadow name or "" for the classic one.
using ShadowKey = std::pair<std::string, std::string>;

struct ShadowOutcome {
  std::vector<Message> messages;   ///< To publish, in this order.
  std::optional<ShadowKey> saved;  ///< The record that changed and has to be stored.
};

class ShadowService {
 public:
  struct Limits {
    int max_depth = 8;  ///< Of a section. The refusal still says 6, as AWS's does.
    std::size_t max_bytes = std::size_t{8} * 1024;
    int max_requests = 20;  ///< Of a shadow in a second, from whomever.
  };

  ShadowService() = default;
  explicit ShadowService(Limits limits) : limits_(limits) {}

  /// Puts back a stored record; nothing is published.
  void Restore(const ShadowKey& key, Shadow shadow) { shadows_[key] = std::move(shadow); }

  /// Answers a request of one of the three shadow operations.
  ShadowOutcome Handle(const Request& request, std::string_view payload, UnixSeconds now);

  /// The stored record, also of a deleted shadow; null when there never was one.
  [[nodiscard]] const Shadow* Find(const ShadowKey& key) const;
  /// Names of the named shadows that a thing has now.
  [[nodiscard]] std::vector<std::string> NamedShadows(std::string_view thing) const;
  /// The document as get/accepted carries it, or nothing when there is no shadow.
  [[nodiscard]] std::optional<Json> Document(const ShadowKey& key, UnixSeconds now) const;

 private:
  struct Call;
  /// Requests in one second.
  struct Load {
    UnixSeconds second = 0;
    int requests = 0;
  };

  bool TooMany(const Call& call);
  void Get(Call& call);
  void Update(Call& call);
  void Delete(Call& call);
  void Apply(Call& call, const Json& state);
  void CheckUpdate(const Call& call, const Json& body) const;
  void CheckVersion(const Call& call, const Json& body) const;

  Limits limits_;
  std::map<ShadowKey, Shadow> shadows_;
  std::map<ShadowKey, Load> loads_;
};

}  // namespace linnet::twin
