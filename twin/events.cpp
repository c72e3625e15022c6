// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/events.hpp"

#include <chrono>
#include <ctime>
#include <stdexcept>

namespace linnet::twin {
namespace {

constexpr std::int64_t kTrimEvery = 256;

std::int64_t NowMs() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// Events carry what devices and the broker said: bytes that are no UTF-8 must not stop the log.
std::string Dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Pad(std::string text, std::size_t width) {
  if (text.size() < width) {
    text.append(width - text.size(), ' ');
  }
  return text;
}

std::string ClockText(std::int64_t at_ms) {
  const std::time_t seconds = at_ms / 1000;
  std::tm time{};
  localtime_r(&seconds, &time);
  char text[64];
  std::snprintf(text, sizeof(text), "%02d:%02d:%02d.%03d", time.tm_hour % 24, time.tm_min % 60,
                time.tm_sec % 61, static_cast<int>(at_ms % 1000));
  return text;
}

}  // namespace

nlohmann::json ToJson(const Event& event) {
  return {{"id", event.id},       {"atMs", event.at_ms}, {"kind", event.kind},
          {"thing", event.thing}, {"text", event.text},  {"data", event.data}};
}

std::string ToLine(const Event& event) {
  return ClockText(event.at_ms) + "  " + Pad(event.thing.empty() ? "-" : event.thing, 10) + "  " +
         Pad(event.kind, 12) + "  " + event.text;
}

EventLog::EventLog(Database& database, std::ostream* lines, Form form,
                   const std::filesystem::path& file)
    : database_(database), lines_(lines), form_(form) {
  if (!file.empty()) {
    file_.open(file, std::ios::app);
    if (!file_) {
      throw std::runtime_error("cannot write the events to " + file.string());
    }
  }
}

void EventLog::Add(Event event) {
  event.at_ms = NowMs();
  database_.Prepare("INSERT INTO events (at_ms, kind, thing, text, data) VALUES (?, ?, ?, ?, ?)")
      .Bind(event.at_ms)
      .Bind(event.kind)
      .Bind(event.thing)
      .Bind(event.text)
      .Bind(Dump(event.data))
      .Run();
  event.id = database_.LastRowId();
  last_id_ = event.id;
  if (event.id % kTrimEvery == 0) {
    database_.Prepare("DELETE FROM events WHERE id <= ?").Bind(event.id - kMaxEvents).Run();
  }
  if (lines_ != nullptr) {
    *lines_ << (form_ == Form::kJson ? Dump(ToJson(event)) : ToLine(event)) << std::endl;
  }
  if (file_.is_open()) {
    file_ << Dump(ToJson(event)) << std::endl;
  }
}

std::vector<Event> EventLog::After(std::int64_t after, std::int64_t limit) {
  Statement rows = database_.Prepare(
      "SELECT id, at_ms, kind, thing, text, data FROM events WHERE id > ? ORDER BY id LIMIT ?");
  rows.Bind(after).Bind(limit);
  std::vector<Event> events;
  while (rows.Step()) {
    events.push_back({rows.Integer(0), rows.Integer(1), rows.Text(2), rows.Text(3), rows.Text(4),
                      nlohmann::json::parse(rows.Text(5))});
  }
  return events;
}

}  // namespace linnet::twin
