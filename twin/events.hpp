// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What happens in the twin, as a person reads it and as a script reads it.
#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "twin/database.hpp"

namespace linnet::twin {

/// Something that happened. `kind` is one of: twin, broker, connected, disconnected, refused,
/// shadow, job, telemetry, download, thing.
struct Event {
  std::int64_t id = 0;     ///< Grows by one an event; set by the log.
  std::int64_t at_ms = 0;  ///< Milliseconds since 1970; set by the log.
  std::string kind;
  std::string thing;  ///< Empty when it is about no thing.
  std::string text;   ///< One line.
  nlohmann::json data = nlohmann::json::object();
};

nlohmann::json ToJson(const Event& event);
/// "12:01:02.345  lamp-1    connected  …", in local time.
std::string ToLine(const Event& event);

/// Keeps events in the database (the last `kMaxEvents`), prints them, and appends them to a file of
/// JSON lines.
class EventLog {
 public:
  static constexpr std::int64_t kMaxEvents = 20000;

  enum class Form { kText, kJson };

  /// `lines` may be null; `form` is what it gets. `file` may be empty; it is appended to.
  EventLog(Database& database, std::ostream* lines, Form form, const std::filesystem::path& file);

  void Add(Event event);
  /// Of the newest event; 0 when there was none yet.
  [[nodiscard]] std::int64_t last_id() const { return last_id_; }
  /// At most `limit` events with an id above `after`, oldest first.
  [[nodiscard]] std::vector<Event> After(std::int64_t after, std::int64_t limit);

 private:
  Database& database_;
  std::ostream* lines_;
  Form form_;
  std::ofstream file_;
  std::int64_t last_id_ = 0;
};

}  // namespace linnet::twin
