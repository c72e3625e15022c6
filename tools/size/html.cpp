// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/html.hpp"

#include <nlohmann/json.hpp>
#include <unordered_map>

#include "tools/size/embedded.hpp"

namespace linnet::size {
namespace {

constexpr std::string_view kMark = "/*DATA*/";

// Every name once: pieces refer to it by its number.
class Names {
 public:
  std::size_t Of(const std::string& name) {
    const auto [entry, added] = numbers_.try_emplace(name, numbers_.size());
    if (added) {
      list_.push_back(name);
    }
    return entry->second;
  }
  [[nodiscard]] const nlohmann::json& list() const { return list_; }

 private:
  std::unordered_map<std::string, std::size_t> numbers_{};
  nlohmann::json list_ = nlohmann::json::array();
};

nlohmann::json Changes(const Analysis& base, const Analysis& now) {
  nlohmann::json changes = nlohmann::json::array();
  for (const Change& change : Compare(base, now)) {
    changes.push_back({change.names[0], change.names[1], change.names[2], change.flash, change.ram,
                       change.added     ? "new"
                       : change.removed ? "gone"
                                        : ""});
  }
  return changes;
}

// Names come from the image: none of them may end the script element.
std::string Harmless(const nlohmann::json& json) {
  std::string out;
  for (const char c : json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string ToHtml(const Analysis& analysis, const Analysis* base) {
  Names names;
  nlohmann::json pieces = nlohmann::json::array();
  for (const Piece& piece : analysis.pieces) {
    pieces.push_back({names.Of(piece.section), names.Of(piece.module), names.Of(piece.file),
                      names.Of(piece.function), names.Of(piece.symbol),
                      names.Of(ToText(piece.kind)), piece.in_flash(), piece.in_ram()});
  }
  nlohmann::json data{{"image", analysis.name},       {"text", analysis.totals.text},
                      {"data", analysis.totals.data}, {"flash", analysis.flash()},
                      {"ram", analysis.ram()},        {"names", names.list()},
                      {"pieces", std::move(pieces)}};
  if (base != nullptr) {
    data["base"] = base->name;
    data["changes"] = Changes(*base, analysis);
  }
  std::string page(kPage);
  const std::size_t at = page.find(kMark);
  return page.replace(at, kMark.size(), Harmless(data));
}

}  // namespace linnet::size
