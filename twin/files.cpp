// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace linnet::twin {
namespace {

[[noreturn]] void Fail(const char* verb, const std::filesystem::path& path) {
  throw std::runtime_error(std::string("cannot ") + verb + " " + path.string() + ": " +
                           std::strerror(errno));
}

void Replace(const std::filesystem::path& path, std::string_view content, mode_t mode) {
  const std::filesystem::path temporary = path.string() + ".new";
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file < 0) {
    Fail("write", temporary);
  }
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written <= 0) {
      ::close(file);
      Fail("write", temporary);
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  ::close(file);
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    Fail("write", path);
  }
}

}  // namespace

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    Fail("read", path);
  }
  std::ostringstream content;
  content << file.rdbuf();
  if (file.bad()) {
    Fail("read", path);
  }
  return std::move(content).str();
}

void WriteFile(const std::filesystem::path& path, std::string_view content) {
  Replace(path, content, 0644);
}

void WriteSecretFile(const std::filesystem::path& path, std::string_view content) {
  Replace(path, content, 0600);
}

void MakePrivateDirectory(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) {
    return;
  }
  std::error_code error;
  if (path.has_parent_path()) {
    std::filesystem::create_directories(path.parent_path(), error);
  }
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    Fail("make the directory", path);
  }
}

}  // namespace linnet::twin
