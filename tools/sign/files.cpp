// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace linnet::sign {
namespace {

[[noreturn]] void Fail(const std::string& verb, const std::string& path) {
  throw Error("cannot " + verb + " " + path + ": " + std::strerror(errno));
}

// An open file that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() { close(value_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return value_; }

 private:
  int value_;
};

bool WriteAll(int file, Bytes content) {
  while (!content.empty()) {
    const ssize_t count = write(file, content.data(), content.size());
    if (count <= 0) {
      return false;
    }
    content = content.subspan(static_cast<std::size_t>(count));
  }
  return fsync(file) == 0;
}

}  // namespace

std::vector<std::byte> ReadFile(const std::string& path, std::size_t max_size) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (file.get() < 0 || fstat(file.get(), &info) != 0) {
    Fail("read", path);
  }
  if (S_ISDIR(info.st_mode)) {
    throw Error(path + " is a directory, not a file.");
  }
  std::vector<std::byte> content;
  std::vector<std::byte> chunk(64U << 10);
  ssize_t count = 0;
  while ((count = read(file.get(), chunk.data(), chunk.size())) > 0) {
    content.insert(content.end(), chunk.begin(), chunk.begin() + count);
    if (content.size() > max_size) {
      throw Error(path + " is larger than " + std::to_string(max_size) +
                  " bytes, which is more than this can be.");
    }
  }
  if (count < 0) {
    Fail("read", path);
  }
  return content;
}

void WriteFile(const std::string& path, Bytes content, FileUse use) {
  const std::string temporary = path + ".new." + std::to_string(getpid());
  const mode_t mode = use == FileUse::kSecret ? 0600 : 0644;
  {
    const Descriptor file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (file.get() < 0) {
      Fail("write", path);
    }
    if (!WriteAll(file.get(), content)) {
      const int cause = errno;
      unlink(temporary.c_str());
      errno = cause;
      Fail("write", path);
    }
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    const int cause = errno;
    unlink(temporary.c_str());
    errno = cause;
    Fail("write", path);
  }
}

}  // namespace linnet::sign
