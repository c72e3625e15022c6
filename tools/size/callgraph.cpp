// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/callgraph.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "tools/size/names.hpp"

namespace linnet::size {
namespace {

constexpr std::size_t kMaxFile = std::size_t{256} << 20U;
constexpr std::size_t kMaxNodes = 1'000'000;
constexpr std::string_view kIndirect = "__indirect_call";

// The text between the quotes behind `key`.
std::string_view Quoted(std::string_view line, std::string_view key) {
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) {
    return {};
  }
  const std::size_t begin = at + key.size();
  const std::size_t end = line.find('"', begin);
  return end == std::string_view::npos ? std::string_view() : line.substr(begin, end - begin);
}

// Parts of a label, which GCC separates with a written "\n".
std::vector<std::string_view> Parts(std::string_view label) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = label.find("\\n");
    parts.push_back(label.substr(0, at));
    if (at == std::string_view::npos) {
      return parts;
    }
    label.remove_prefix(at + 2);
  }
}

void TakeLabel(std::string_view label, StackNode& node) {
  const auto parts = Parts(label);
  node.name = parts[0];
  if (parts.size() > 1) {
    node.location = parts[1];
  }
  for (const std::string_view part : parts) {
    const std::size_t at = part.find(" bytes (");
    if (at != std::string_view::npos) {
      node.frame = ParseNumber(part.substr(0, at));
      node.dynamic = part.find("(dynamic)") != std::string_view::npos;
    }
  }
}

/// The symbol in a title: a static function has its file in front.
std::string_view SymbolOf(std::string_view title) {
  const std::size_t colon = title.rfind(':');
  return colon == std::string_view::npos ? title : title.substr(colon + 1);
}

/// "Read" for "linnet::(anonymous namespace)::File::Read(std::span<std::byte>)".
std::string MethodOf(std::string_view symbol) {
  std::string name = Demangle(symbol);
  constexpr std::string_view kUnnamed = "(anonymous namespace)::";
  for (std::size_t at = name.find(kUnnamed); at != std::string::npos; at = name.find(kUnnamed)) {
    name.erase(at, kUnnamed.size());
  }
  name.resize(std::min(name.find('('), name.size()));
  const std::size_t scope = name.rfind(':');
  return scope == std::string::npos ? name : name.substr(scope + 1);
}

/// The functions that the virtual tables of an image name.
std::set<std::string, std::less<>> VirtualFunctions(const ElfImage& image) {
  std::map<std::uint64_t, std::vector<std::string_view>> functions;
  for (const Symbol& symbol : image.symbols()) {
    if (symbol.function)
      functions[symbol.address].push_back(symbol.name);
  }
  std::set<std::string, std::less<>> found;
  const std::size_t width = image.arm() ? 4 : 8;
  for (const Symbol& table : image.symbols()) {
    if (!table.name.starts_with("_ZTV"))
      continue;
    const auto bytes = image.BytesAt(table.address, table.size);
    for (std::size_t at = 0; at + width <= bytes.size(); at += width) {
      std::uint64_t word = 0;
      for (std::size_t i = 0; i < width; ++i) {
        word |= std::to_integer<std::uint64_t>(bytes[at + i]) << (8 * i);
      }
      const auto names = functions.find(image.arm() ? word & ~std::uint64_t{1} : word);
      if (names != functions.end())
        found.insert(names->second.begin(), names->second.end());
    }
  }
  return found;
}

/// Finds source files and the names that their lines call as "x.Name(" or "x->Name(".
class Sources {
 public:
  explicit Sources(std::string root) : root_(std::move(root)) {}

  std::set<std::string> CalledAt(const std::string& place) {
    const std::size_t first = place.find(':');
    const std::int64_t number =
        first == std::string::npos
            ? -1
            : ParseNumber(place.substr(first + 1, place.find(':', first + 1) - first - 1));
    std::set<std::string> names;
    if (number <= 0)
      return names;
    const std::vector<std::string>& lines = LinesOf(place.substr(0, first));
    // A call may be written over three lines.
    const auto begin = static_cast<std::size_t>(number) - 1;
    for (std::size_t i = begin; i < lines.size() && i < begin + 3 && names.empty(); ++i) {
      TakeNames(lines[i], names);
    }
    return names;
  }

 private:
  static void TakeNames(const std::string& line, std::set<std::string>& names) {
    for (std::size_t at = 0; at < line.size(); ++at) {
      const bool arrow = line.compare(at, 2, "->") == 0;
      if (!arrow && line[at] != '.')
        continue;
      const std::size_t begin = at + (arrow ? 2 : 1);
      std::size_t end = begin;
      while (end < line.size() &&
             (std::isalnum(static_cast<unsigned char>(line[end])) != 0 || line[end] == '_')) {
        ++end;
      }
      if (end > begin && end < line.size() && line[end] == '(')
        names.insert(line.substr(begin, end - begin));
    }
  }

  // The graph may name a folder of another checkout, when a compiler cache brought the object: then
  // the longest end of the path that is there counts.
  [[nodiscard]] std::string PathOf(const std::string& file) const {
    namespace fs = std::filesystem;
    const fs::path path = fs::path(file).lexically_normal();
    std::error_code error;
    for (auto from = path.begin(); from != path.end(); ++from) {
      fs::path tail;
      for (auto at = from; at != path.end(); ++at) {
        tail /= *at;
      }
      const fs::path candidate = fs::path(root_) / tail;
      if (fs::is_regular_file(candidate, error))
        return candidate.string();
    }
    return "";
  }

  const std::vector<std::string>& LinesOf(const std::string& file) {
    const auto [entry, added] = files_.try_emplace(file);
    const std::string path = added ? PathOf(file) : "";
    if (!path.empty()) {
      const std::string text = ReadText(path, kMaxSource).content;
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        entry->second.push_back(text.substr(at, end - at));
        at = end + 1;
      }
    }
    return entry->second;
  }

  static constexpr std::size_t kMaxSource = std::size_t{16} << 20U;
  std::string root_;
  std::map<std::string, std::vector<std::string>> files_{};
};

}  // namespace

void CallGraph::AddCi(const Text& text) {
  bool begun = false;
  bool ended = false;
  for (const Line& line : text.Lines()) {
    if (line.text.starts_with("graph:")) {
      begun = true;
    } else if (!begun) {
      throw text.Fault(line.number, "is no call graph of GCC (-fcallgraph-info=su,da)");
    } else if (line.text.starts_with("node:")) {
      const std::string title(Quoted(line.text, "title: \""));
      if (title.empty() || nodes_.size() >= kMaxNodes) {
        throw text.Fault(line.number, "a node without a title, or too many of them");
      }
      StackNode node;
      TakeLabel(Quoted(line.text, "label: \""), node);
      StackNode& known = nodes_[title];
      if (title != kIndirect && (known.name.empty() || known.frame < 0)) {
        node.calls = std::move(known.calls);
        node.indirect = std::move(known.indirect);
        known = std::move(node);
      }
    } else if (line.text.starts_with("edge:")) {
      const std::string from(Quoted(line.text, "sourcename: \""));
      const std::string to(Quoted(line.text, "targetname: \""));
      if (from.empty() || to.empty()) {
        throw text.Fault(line.number, "an edge without its two ends");
      }
      StackNode& caller = nodes_[from];
      if (to == kIndirect) {
        caller.indirect.emplace_back(Quoted(line.text, "label: \""));
      } else {
        caller.calls.push_back(to);
        nodes_.try_emplace(to);
      }
    } else if (line.text == "}") {
      ended = true;
    }
  }
  nodes_.erase(std::string(kIndirect));
  if (!ended) {
    throw text.Fault(1, "is no call graph of GCC, or is cut off");
  }
}

void CallGraph::AddSu(const Text& text) {
  for (const Line& line : text.Lines()) {
    // file:line:column:function <tab> bytes <tab> kind
    const std::size_t first = line.text.find('\t');
    const std::size_t second = line.text.find('\t', first + 1);
    const std::int64_t bytes = second == std::string_view::npos
                                   ? -1
                                   : ParseNumber(line.text.substr(first + 1, second - first - 1));
    std::size_t colon = 0;
    for (int i = 0; i < 3 && colon != std::string_view::npos; ++i) {
      colon = line.text.find(':', colon + (i == 0 ? 0 : 1));
    }
    if (bytes < 0 || colon == std::string_view::npos || colon > first) {
      throw text.Fault(line.number,
                       "is no line of -fstack-usage (file:line:column:function, bytes, kind)");
    }
    frames_[std::string(line.text.substr(0, colon))] = bytes;
  }
}

void CallGraph::AddDirectory(const std::string& directory, const std::string& image) {
  std::error_code error;
  std::size_t graphs = 0;
  std::filesystem::recursive_directory_iterator at(directory, error);
  for (; !error && at != std::filesystem::recursive_directory_iterator(); at.increment(error)) {
    const std::string extension = at->path().extension().string();
    if (at->is_regular_file() && extension == ".ci") {
      const std::string file = at->path().filename().string();
      if (!image.empty() && MatchGlob("*.ltrans*.ci", file) && !file.starts_with(image + ".")) {
        continue;
      }
      AddCi(ReadText(at->path().string(), kMaxFile));
      ++graphs;
    } else if (at->is_regular_file() && extension == ".su") {
      AddSu(ReadText(at->path().string(), kMaxFile));
    }
  }
  if (error) {
    throw BadInput(directory + ": cannot be read: " + error.message());
  }
  if (graphs == 0) {
    throw BadInput(directory + ": holds no .ci file; compile and link with -fcallgraph-info=su,da");
  }
}

std::int64_t CallGraph::FrameOf(const StackNode& node) const {
  if (node.frame >= 0) {
    return node.frame;
  }
  const auto found = frames_.find(node.location);
  return found == frames_.end() ? -1 : found->second;
}

void CallGraph::Join() {
  std::map<std::string, std::vector<std::string>, std::less<>> by_symbol;
  for (const auto& [title, node] : nodes_) {
    if (FrameOf(node) >= 0)
      by_symbol[std::string(SymbolOf(title))].push_back(title);
  }
  for (auto& [title, node] : nodes_) {
    if (node.name.empty() || title.find("_Z") != std::string::npos)
      node.name = Demangle(SymbolOf(title));
    std::vector<std::string> calls;
    for (const std::string& callee : node.calls) {
      const auto known = nodes_.find(callee);
      const auto others = by_symbol.find(SymbolOf(callee));
      if ((known == nodes_.end() || FrameOf(known->second) < 0) && others != by_symbol.end()) {
        calls.insert(calls.end(), others->second.begin(), others->second.end());
      } else {
        calls.push_back(callee);
      }
    }
    std::sort(calls.begin(), calls.end());
    calls.erase(std::unique(calls.begin(), calls.end()), calls.end());
    node.calls = std::move(calls);
  }
}

void CallGraph::Follow(const ElfImage& image, const std::string& sources,
                       const std::vector<std::string>& never) {
  const auto tables = VirtualFunctions(image);
  std::map<std::string, std::vector<std::string>> by_method;
  for (const auto& [title, node] : nodes_) {
    if (tables.contains(SymbolOf(title)))
      by_method[MethodOf(SymbolOf(title))].push_back(title);
  }
  Sources reader(sources);
  for (auto& [title, node] : nodes_) {
    std::set<std::string> targets;
    std::erase_if(node.indirect, [&](const std::string& place) {
      if (std::any_of(never.begin(), never.end(),
                      [&](const std::string& glob) { return MatchGlob(glob, place); })) {
        return true;
      }
      bool found = false;
      for (const std::string& method : reader.CalledAt(place)) {
        for (const std::string& target : by_method[method]) {
          targets.insert(target);
          found = true;
        }
      }
      return found;
    });
    node.may_call.assign(targets.begin(), targets.end());
  }
}

}  // namespace linnet::size
