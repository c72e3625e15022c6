// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/names.hpp"

#include <cxxabi.h>

#include <array>
#include <cstdlib>
#include <memory>

namespace linnet::size {
namespace {

constexpr std::size_t kMaxName = 4096;

bool IsOperatorAngle(const std::string& text, std::size_t at) {
  return text.substr(0, at).ends_with("operator") || text.substr(0, at).ends_with("operator<") ||
         text.substr(0, at).ends_with("operator-") || text.substr(0, at).ends_with("operator>");
}

// Without what stands between "<" and ">".
std::string WithoutArguments(const std::string& text) {
  std::string out;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool angle = (c == '<' || c == '>') && !IsOperatorAngle(text, i);
    if (angle && c == '<' && depth++ == 0) {
      out += "<>";
    } else if (angle && c == '>') {
      depth -= depth > 0 ? 1 : 0;
    } else if (depth == 0 && !angle) {
      out += c;
    }
  }
  return out;
}

std::string WithoutClone(const std::string& text) {
  std::string out = text.substr(0, text.find(" [clone"));
  for (const std::string_view mark :
       std::array<std::string_view, 5>{".constprop.", ".isra.", ".part.", ".lto_priv.", ".cold"}) {
    out = out.substr(0, out.find(mark));
  }
  return out;
}

// Where the parameters begin; "(anonymous namespace)" is none.
std::size_t Parameters(const std::string& text) {
  for (std::size_t at = text.find('('); at != std::string::npos; at = text.find('(', at + 1)) {
    if (text.compare(at, 11, "(anonymous ") != 0) {
      return at;
    }
  }
  return text.size();
}

}  // namespace

std::string Demangle(std::string_view name) {
  std::string text(name.substr(0, kMaxName));
  if (!text.starts_with("_Z")) {
    return text;
  }
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> plain(
      abi::__cxa_demangle(text.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 && plain != nullptr ? std::string(plain.get()).substr(0, kMaxName) : text;
}

std::string Fold(const std::string& demangled) {
  std::string whole = WithoutClone(demangled);
  const std::string folded = WithoutArguments(whole);
  if (folded == whole) {
    return whole;
  }
  const std::string head = folded.substr(0, Parameters(folded));
  // The result type of a template function stands in front.
  const std::size_t blank = head.rfind(' ');
  const bool result = blank != std::string::npos && head.find("operator") == std::string::npos &&
                      head.find(" for ") == std::string::npos &&
                      head.find("(anonymous ") == std::string::npos;
  return result ? head.substr(blank + 1) : head;
}

std::string ScopeOf(const std::string& demangled) {
  std::string text = WithoutArguments(demangled);
  if (const std::size_t at = text.find(" for "); at != std::string::npos) {
    text = text.substr(at + 5);
    return text.substr(0, Parameters(text));
  }
  text = text.substr(0, Parameters(text));
  const std::size_t colon = text.rfind("::");
  return colon == std::string::npos ? std::string() : text.substr(0, colon);
}

}  // namespace linnet::size
