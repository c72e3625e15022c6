// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The command line's side of the twin's admin API (twin/api.hpp).
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace linnet::cli {

class ApiClient {
 public:
  /// Finds the twin that runs in `directory`. Throws Failure when none does.
  explicit ApiClient(std::string directory);

  /// The answer's JSON. Throws Failure with the twin's own sentence when it refuses, and when it is
  /// gone.
  nlohmann::json Get(const std::string& target) const { return Call("GET", target, ""); }
  nlohmann::json Post(const std::string& target, const nlohmann::json& body) const {
    return Call("POST", target, body.dump());
  }
  nlohmann::json Delete(const std::string& target) const { return Call("DELETE", target, ""); }

  /// Endpoint and ports, as in twin.json.
  [[nodiscard]] const nlohmann::json& description() const { return description_; }

 private:
  [[nodiscard]] nlohmann::json Call(const std::string& method, const std::string& target,
                                    const std::string& body) const;
  [[nodiscard]] std::string Exchange(const std::string& request) const;

  std::string directory_;
  std::string token_;
  nlohmann::json description_;
};

/// Whether a twin answers in `directory`.
bool TwinIsRunning(const std::string& directory);

/// Escapes what may not stand in a path segment or a query.
std::string UrlEncode(const std::string& text);

}  // namespace linnet::cli
