// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A thin face of SQLite: statements with typed binding, transactions by scope. Throws
// std::runtime_error with SQLite's own words and the file's name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace linnet::twin {

class Database;

/// One prepared statement: bind in the order of its question marks, then `Step` through the rows.
class Statement {
 public:
  Statement& Bind(std::string_view text);
  Statement& Bind(std::int64_t number);

  /// Goes to the next row; false behind the last one.
  bool Step();
  /// Runs a statement that has no rows.
  void Run();

  [[nodiscard]] std::string Text(int column) const;
  [[nodiscard]] std::int64_t Integer(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  Statement(sqlite3* database, std::string_view sql);
  void Check(int result) const;

  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int next_ = 1;
};

class Database {
 public:
  /// Opens or makes the file and brings its tables up to date.
  explicit Database(const std::filesystem::path& file);

  Statement Prepare(std::string_view sql) { return {database_.get(), sql}; }
  void Execute(const char* sql);
  [[nodiscard]] std::int64_t LastRowId() const;

  /// Everything until the end of its life is one write: all of it or nothing.
  class Transaction {
   public:
    explicit Transaction(Database& database) : database_(database) { database_.Execute("BEGIN"); }
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void Commit();

   private:
    Database& database_;
    bool open_ = true;
  };

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };

  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace linnet::twin
