// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/database.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace linnet::twin {
namespace {

// Records are JSON: their shape belongs to the services, the database only finds them.
constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS things (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS certificates (
  id TEXT PRIMARY KEY, thing TEXT NOT NULL, pem TEXT NOT NULL, status TEXT NOT NULL, created_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS shadows (
  thing TEXT NOT NULL, name TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (thing, name));
CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS executions (
  job TEXT NOT NULL, thing TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (job, thing));
CREATE TABLE IF NOT EXISTS streams (id TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS telemetry (
  id INTEGER PRIMARY KEY AUTOINCREMENT, thing TEXT NOT NULL, at_ms INTEGER NOT NULL,
  topic TEXT NOT NULL, payload TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS telemetry_by_thing ON telemetry (thing, id);
CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, thing TEXT NOT NULL,
  text TEXT NOT NULL, data TEXT NOT NULL);
)";

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database) {
  sqlite3_stmt* statement = nullptr;
  Check(
      sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement, nullptr));
  statement_.reset(statement);
}

void Statement::Check(int result) const {
  if (result != SQLITE_OK && result != SQLITE_ROW && result != SQLITE_DONE) {
    throw std::runtime_error(std::string("the twin's database refuses: ") +
                             sqlite3_errmsg(database_));
  }
}

Statement& Statement::Bind(std::string_view text) {
  Check(sqlite3_bind_text(statement_.get(), next_++, text.data(), static_cast<int>(text.size()),
                          SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::Bind(std::int64_t number) {
  Check(sqlite3_bind_int64(statement_.get(), next_++, number));
  return *this;
}

bool Statement::Step() {
  const int result = sqlite3_step(statement_.get());
  Check(result);
  return result == SQLITE_ROW;
}

void Statement::Run() {
  while (Step()) {
  }
}

std::string Statement::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return text == nullptr
             ? std::string()
             : std::string(
                   text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

std::int64_t Statement::Integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Database::Database(const std::filesystem::path& file) {
  sqlite3* database = nullptr;
  const int result = sqlite3_open(file.c_str(), &database);
  database_.reset(database);
  if (result != SQLITE_OK) {
    throw std::runtime_error("cannot open " + file.string() + ": " + sqlite3_errmsg(database));
  }
  Execute("PRAGMA journal_mode = WAL");
  Execute("PRAGMA synchronous = NORMAL");
  Execute(kSchema);
}

void Database::Execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw std::runtime_error(std::string("the twin's database refuses: ") +
                             sqlite3_errmsg(database_.get()));
  }
}

std::int64_t Database::LastRowId() const {
  return sqlite3_last_insert_rowid(database_.get());
}

Database::Transaction::~Transaction() {
  if (open_) {
    sqlite3_exec(database_.database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void Database::Transaction::Commit() {
  database_.Execute("COMMIT");
  open_ = false;
}

}  // namespace linnet::twin
