// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/layout/yaml.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace linnet::layout {

namespace {

constexpr std::string_view kSpaces = " \r";

bool IsName(std::string_view text) {
  const auto ok = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
         std::all_of(text.begin(), text.end(), ok);
}

std::string_view TrimRight(std::string_view text) {
  const auto last = text.find_last_not_of(kSpaces);
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(kSpaces);
  return first == std::string_view::npos ? std::string_view() : TrimRight(text.substr(first));
}

/// A `#` begins a comment at the start of a line or behind a space, as in YAML.
std::string_view WithoutComment(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '#' && (i == 0 || line[i - 1] == ' ')) {
      return line.substr(0, i);
    }
  }
  return line;
}

std::string Quote(std::string_view text) {
  return "'" + std::string(text) + "'";
}

class Parser {
 public:
  explicit Parser(std::string file) : document_{std::move(file), {}} {}

  void Line(std::string_view raw) {
    ++line_;
    if (raw.find('\t') != std::string_view::npos) {
      Fail("a tab; indent with spaces");
    }
    const std::string_view text = TrimRight(WithoutComment(raw));
    if (text.empty()) {
      return;
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
      Fail("expected 'name:' or 'key: value', found " + Quote(Trim(text)));
    }
    const std::string_view key = Trim(text.substr(0, colon));
    const std::string_view value = text.substr(colon + 1);
    if (!IsName(key)) {
      Fail(Quote(key) + " is not a name (lower-case letters, digits and '_', a letter first)");
    }
    if (text[0] == ' ') {
      AddField(key, value);
    } else {
      AddSection(key, Trim(value));
    }
  }

  Document Finish() {
    CloseSection();
    return std::move(document_);
  }

 private:
  [[noreturn]] void Fail(const std::string& what) const {
    throw Error(document_.file, line_, what);
  }

  void CloseSection() const {
    if (!document_.sections.empty() && document_.sections.back().fields.empty()) {
      const Section& section = document_.sections.back();
      throw Error(document_.file, section.line, Quote(section.name) + " has no fields under it");
    }
  }

  void AddSection(std::string_view name, std::string_view value) {
    if (!value.empty()) {
      Fail("nothing may stand behind the name " + Quote(name) + "; put fields on indented lines");
    }
    CloseSection();
    for (const Section& section : document_.sections) {
      if (section.name == name) {
        Fail(Quote(name) + " is there already, in line " + std::to_string(section.line));
      }
    }
    document_.sections.push_back({std::string(name), line_, {}});
  }

  void AddField(std::string_view key, std::string_view raw_value) {
    if (document_.sections.empty()) {
      Fail("an indented line before the first name");
    }
    Section& section = document_.sections.back();
    const std::string_view value = Trim(raw_value);
    if (value.empty() || raw_value[0] != ' ') {
      Fail(Quote(key) + " needs ': ' and a value on the same line");
    }
    if (value.find_first_of("[]{}&*!|>'\"%@`:, ") != std::string_view::npos) {
      Fail(Quote(value) + " is not a plain word or number (lists and nested maps are not read)");
    }
    if (const Field* other = section.Find(key); other != nullptr) {
      Fail(Quote(key) + " of " + Quote(section.name) + " is there already, in line " +
           std::to_string(other->line));
    }
    section.fields.push_back({std::string(key), std::string(value), line_});
  }

  Document document_;
  int line_ = 0;
};

}  // namespace

Error::Error(const std::string& file, int line, const std::string& what)
    : std::runtime_error(file + ":" + (line > 0 ? std::to_string(line) + ":" : "") + " " + what),
      line_(line) {}

const Field* Section::Find(std::string_view key) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.key == key; });
  return found == fields.end() ? nullptr : &*found;
}

Document ParseYaml(std::string file, std::string_view text) {
  Parser parser(std::move(file));
  while (!text.empty()) {
    const auto end = text.find('\n');
    parser.Line(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return parser.Finish();
}

std::uint32_t ParseNumber(const std::string& file, const Field& field) {
  std::string_view digits = field.value;
  const bool hexadecimal = digits.starts_with("0x");
  digits.remove_prefix(hexadecimal ? 2 : 0);
  std::uint32_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, value, hexadecimal ? 16 : 10);
  if (result.ec == std::errc::result_out_of_range) {
    throw Error(file, field.line, Quote(field.value) + " of '" + field.key + "' is over 32 bits");
  }
  if (result.ec != std::errc() || result.ptr != end) {
    throw Error(file, field.line,
                Quote(field.value) + " of '" + field.key + "' is not a number (as 4096 or 0x1000)");
  }
  return value;
}

}  // namespace linnet::layout
