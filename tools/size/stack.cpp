// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/stack.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

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

class Search {
 public:
  explicit Search(const CallGraph& graph) : graph_(graph) {}

  StackResult From(const std::string& entry) {
    Visit(entry);
    StackResult result;
    result.entry = graph_.nodes().at(entry).name;
    result.bytes = worst_[entry].bytes;
    for (std::string at = entry; !at.empty(); at = worst_[at].next) {
      result.path.push_back(graph_.nodes().at(at).name);
    }
    Reach(entry, result);
    return result;
  }

 private:
  struct Worst {
    std::int64_t bytes = 0;
    std::string next{};
    bool open = true;
  };
  struct Step {
    const std::string* title;
    std::size_t next = 0;
  };

  // Depth first with a stack of its own: a chain of calls may be as long as the graph.
  void Visit(const std::string& entry) {
    std::vector<Step> steps;
    const auto enter = [&](const std::string& title) {
      const auto found = graph_.nodes().find(title);
      if (found != graph_.nodes().end() && worst_.try_emplace(title).second) {
        steps.push_back({&found->first});
      }
    };
    enter(entry);
    while (!steps.empty()) {
      const std::string& title = *steps.back().title;
      const StackNode& node = graph_.nodes().at(title);
      if (steps.back().next < node.calls.size()) {
        const std::string& callee = node.calls[steps.back().next++];
        if (const auto seen = worst_.find(callee); seen != worst_.end() && seen->second.open) {
          recursive_.insert(title);
        }
        enter(callee);
        continue;
      }
      Close(title, node);
      steps.pop_back();
    }
  }

  void Close(const std::string& title, const StackNode& node) {
    Worst& worst = worst_[title];
    std::int64_t deepest = 0;
    for (const std::string& callee : node.calls) {
      const auto below = worst_.find(callee);
      if (below != worst_.end() && !below->second.open && below->second.bytes > deepest) {
        deepest = below->second.bytes;
        worst.next = callee;
      }
    }
    worst.bytes = deepest + std::max<std::int64_t>(graph_.FrameOf(node), 0);
    worst.open = false;
  }

  void Reach(const std::string& entry, StackResult& result) const {
    std::set<std::string> seen = {entry};
    std::vector<std::string> open = {entry};
    while (!open.empty()) {
      const std::string title = open.back();
      open.pop_back();
      const StackNode& node = graph_.nodes().at(title);
      if (recursive_.contains(title))
        result.recursive.push_back(node.name);
      if (node.indirect)
        result.indirect.push_back(node.name);
      if (node.dynamic)
        result.dynamic.push_back(node.name);
      if (graph_.FrameOf(node) < 0)
        result.unknown.push_back(node.name);
      for (const std::string& callee : node.calls) {
        if (graph_.nodes().contains(callee) && seen.insert(callee).second) {
          open.push_back(callee);
        }
      }
    }
  }

  const CallGraph& graph_;
  std::map<std::string, Worst> worst_{};
  std::set<std::string> recursive_{};
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
        node.indirect = known.indirect;
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
        caller.indirect = true;
      } else {
        caller.calls.push_back(to);
        nodes_.try_emplace(to);
      }
    } else if (line.text == "}") {
      ended = true;
    }
  }
  nodes_.erase(std::string(kIndirect));
  for (auto& [title, node] : nodes_) {
    if (node.name.empty())
      node.name = title;
  }
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

void CallGraph::AddDirectory(const std::string& directory) {
  std::error_code error;
  std::size_t graphs = 0;
  std::filesystem::recursive_directory_iterator at(directory, error);
  for (; !error && at != std::filesystem::recursive_directory_iterator(); at.increment(error)) {
    const std::string extension = at->path().extension().string();
    if (at->is_regular_file() && extension == ".ci") {
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

std::vector<StackResult> WorstStacks(const CallGraph& graph,
                                     const std::vector<std::string>& entries) {
  std::set<std::string> called;
  for (const auto& [title, node] : graph.nodes()) {
    for (const std::string& callee : node.calls) {
      if (callee != title)
        called.insert(callee);
    }
  }
  const auto is_entry = [&](const std::string& title, const StackNode& node) {
    if (entries.empty()) {
      return !called.contains(title);
    }
    return std::any_of(entries.begin(), entries.end(), [&](const std::string& glob) {
      return MatchGlob(glob, node.name) || MatchGlob(glob, title);
    });
  };
  Search search(graph);
  std::vector<StackResult> results;
  for (const auto& [title, node] : graph.nodes()) {
    if (is_entry(title, node)) {
      results.push_back(search.From(title));
    }
  }
  std::stable_sort(results.begin(), results.end(),
                   [](const StackResult& a, const StackResult& b) { return a.bytes > b.bytes; });
  return results;
}

}  // namespace linnet::size
