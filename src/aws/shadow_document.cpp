// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/shadow_document.hpp"

#include <algorithm>

#include "base/view.hpp"
#include "json/writer.hpp"

namespace linnet::aws {

using namespace std::string_view_literals;

namespace {

// Writes values by their path; one object is open for each group on the way.
class GroupWriter {
 public:
  explicit GroupWriter(json::Writer& json) : json_(json) {}

  // Opens and closes groups until the value called `path` can follow, and writes its key.
  void Key(StringView path) {
    const std::size_t dot = path.rfind('.');
    const StringView group = dot == StringView::npos ? StringView() : path.substr(0, dot);
    while (!Contains(group)) {
      Close();
    }
    while (group_.size() < group.size()) {
      Open(group);
    }
    json_.Key(group.empty() ? path : path.substr(dot + 1));
  }

  void Finish() {
    while (!group_.empty()) {
      Close();
    }
  }

 private:
  // The open group is `group` or one around it.
  [[nodiscard]] bool Contains(StringView group) const {
    return group_.empty() || (group.starts_with(group_) &&
                              (group.size() == group_.size() || group[group_.size()] == '.'));
  }

  void Open(StringView group) {
    const std::size_t start = group_.empty() ? 0 : group_.size() + 1;
    const std::size_t end = std::min(group.find('.', start), group.size());
    json_.Key(group.substr(start, end - start));
    json_.BeginObject();
    group_ = group.substr(0, end);
  }

  void Close() {
    const std::size_t dot = group_.rfind('.');
    group_ = dot == StringView::npos ? StringView() : group_.substr(0, dot);
    json_.EndObject();
  }

  json::Writer& json_;
  StringView group_;
};

void TextOrNull(json::Writer& json, StringView text) {
  if (text.empty()) {
    json.Null();
  } else {
    json.String(text);
  }
}

void WriteErrors(const Settings& settings, Span<const ShadowSlot> slots, bool with_unknown,
                 StringView unknown, json::Writer& json) {
  const bool any = std::any_of(slots.begin(), slots.end(), [](const ShadowSlot& slot) {
    return slot.reporting && slot.with_error;
  });
  if (!any && !with_unknown) {
    return;
  }
  json.Key("errors"sv);
  json.BeginObject();
  GroupWriter groups(json);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].reporting && slots[i].with_error) {
      groups.Key(settings.name(i));
      TextOrNull(json, slots[i].reason);
    }
  }
  groups.Finish();
  if (with_unknown) {
    json.Key("unknown"sv);
    TextOrNull(json, unknown);
  }
  json.EndObject();
}

/// Orders that were carried out, or refused, are no longer desired.
void WriteTaken(const Settings& settings, Span<const ShadowSlot> slots, json::Writer& json) {
  GroupWriter groups(json);
  bool any = false;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (!slots[i].reporting || !slots[i].has_settled || !settings.is_order(i)) {
      continue;
    }
    if (!any) {
      json.Key("desired"sv);
      json.BeginObject();
      any = true;
    }
    groups.Key(settings.name(i));
    json.Null();
  }
  groups.Finish();
  if (any) {
    json.EndObject();
  }
}

}  // namespace

Result<StringView> WriteReport(const Settings& settings, Span<const ShadowSlot> slots,
                               bool with_unknown, StringView unknown, StringView token,
                               Span<char> out) {
  json::Writer json(out);
  json.BeginObject();
  json.Key("state"sv);
  json.BeginObject();
  json.Key("reported"sv);
  json.BeginObject();
  GroupWriter groups(json);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].reporting && !settings.is_order(i)) {
      groups.Key(settings.name(i));
      settings.Report(i, json);
    }
  }
  groups.Finish();
  WriteErrors(settings, slots, with_unknown, unknown, json);
  json.EndObject();
  WriteTaken(settings, slots, json);
  json.EndObject();
  json.Member("clientToken"sv, token);
  json.EndObject();
  return json.Finish();
}

Result<StringView> WriteGet(StringView token, Span<char> out) {
  json::Writer json(out);
  json.BeginObject();
  json.Member("clientToken"sv, token);
  json.EndObject();
  return json.Finish();
}

}  // namespace linnet::aws
