// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/stack.hpp"

#include <algorithm>
#include <map>

namespace linnet::size {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);
constexpr std::size_t kMaxSteps = 20'000'000;  ///< Of looking for ways through circles.

using Edges = std::vector<std::vector<std::size_t>>;

/// Sets of nodes that reach each other, numbered so that callees come before their callers.
struct Circles {
  std::vector<std::size_t> of;  ///< By node.
  std::vector<std::vector<std::size_t>> members;
};

/// Tarjan's algorithm with a stack of its own: a chain of calls may be as long as the graph.
class CircleFinder {
 public:
  explicit CircleFinder(const Edges& edges)
      : edges_(edges), index_(edges.size(), kNone), low_(edges.size(), 0) {
    circles_.of.assign(edges.size(), kNone);
  }

  Circles Find() {
    for (std::size_t node = 0; node < edges_.size(); ++node) {
      if (index_[node] == kNone)
        From(node);
    }
    return std::move(circles_);
  }

 private:
  struct Step {
    std::size_t node;
    std::size_t next = 0;
  };

  void Enter(std::size_t node, std::vector<Step>& steps) {
    index_[node] = low_[node] = count_++;
    open_.push_back(node);
    steps.push_back({node});
  }

  void From(std::size_t start) {
    std::vector<Step> steps;
    Enter(start, steps);
    while (!steps.empty()) {
      const std::size_t node = steps.back().node;
      if (steps.back().next < edges_[node].size()) {
        const std::size_t callee = edges_[node][steps.back().next++];
        if (index_[callee] == kNone) {
          Enter(callee, steps);
        } else if (circles_.of[callee] == kNone) {
          low_[node] = std::min(low_[node], index_[callee]);
        }
        continue;
      }
      steps.pop_back();
      if (!steps.empty())
        low_[steps.back().node] = std::min(low_[steps.back().node], low_[node]);
      if (low_[node] == index_[node])
        Close(node);
    }
  }

  void Close(std::size_t root) {
    circles_.members.emplace_back();
    std::size_t node = kNone;
    do {
      node = open_.back();
      open_.pop_back();
      circles_.of[node] = circles_.members.size() - 1;
      circles_.members.back().push_back(node);
    } while (node != root);
  }

  const Edges& edges_;
  std::vector<std::size_t> index_;
  std::vector<std::size_t> low_;
  std::vector<std::size_t> open_{};
  std::size_t count_ = 0;
  Circles circles_{};
};

/// The graph by numbers.
struct Numbered {
  std::vector<const StackNode*> nodes{};
  std::vector<std::string> titles{};
  std::vector<std::int64_t> frames{};  ///< 0 where none is known.
  std::vector<bool> known{};
  Edges direct{};
  Edges all{};

  Numbered(const CallGraph& graph, std::int64_t assume) {
    std::map<std::string_view, std::size_t> numbers;
    for (const auto& [title, node] : graph.nodes()) {
      numbers[title] = nodes.size();
      nodes.push_back(&node);
      titles.push_back(title);
      const std::int64_t frame = graph.FrameOf(node);
      known.push_back(frame >= 0);
      frames.push_back(frame >= 0 ? frame : std::max<std::int64_t>(assume, 0));
    }
    const auto take = [&](const std::vector<std::string>& titles_of, std::vector<std::size_t>& to) {
      for (const std::string& title : titles_of) {
        if (const auto found = numbers.find(title); found != numbers.end())
          to.push_back(found->second);
      }
    };
    direct.resize(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      take(nodes[i]->calls, direct[i]);
    }
    all = direct;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      take(nodes[i]->may_call, all[i]);
    }
  }

  [[nodiscard]] bool Matches(const std::string& glob, std::size_t node) const {
    const std::string& name = nodes[node]->name;
    return MatchGlob(glob, name) || MatchGlob(glob, titles[node]) ||
           MatchGlob(glob, name.substr(0, name.find('(', 1)));
  }
};

/// The deepest way below each node: exact, where circles leave few enough ways.
class Depths {
 public:
  explicit Depths(const Numbered& graph)
      : graph_(graph),
        circles_(CircleFinder(graph.all).Find()),
        bytes_(graph.nodes.size(), 0),
        next_(graph.nodes.size(), kNone),
        ways_(graph.nodes.size()),
        on_way_(graph.nodes.size(), false),
        tangled_(circles_.members.size(), false) {
    std::vector<bool> entered(graph.nodes.size(), false);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      for (const std::size_t callee : graph.all[i]) {
        entered[callee] = entered[callee] || circles_.of[callee] != circles_.of[i];
      }
    }
    // Callees first: what a circle leads to is settled before it.
    for (const std::vector<std::size_t>& members : circles_.members) {
      for (const std::size_t node : members) {
        if (members.size() == 1) {
          Single(node);
        } else if (entered[node]) {
          Through(node);
        }
      }
    }
  }

  std::int64_t Of(std::size_t node) {
    Settle(node);
    return bytes_[node];
  }

  std::vector<std::size_t> Path(std::size_t node) {
    std::vector<std::size_t> path;
    while (node != kNone) {
      Settle(node);
      if (Circular(node)) {
        path.insert(path.end(), ways_[node].begin(), ways_[node].end());
      } else {
        path.push_back(node);
      }
      node = next_[node];
    }
    return path;
  }

  [[nodiscard]] bool tangled(std::size_t node) const { return tangled_[circles_.of[node]]; }

 private:
  [[nodiscard]] bool Circular(std::size_t node) const {
    return circles_.members[circles_.of[node]].size() > 1;
  }

  /// An entry may lie in a circle that nothing else enters there.
  void Settle(std::size_t node) {
    if (Circular(node) && ways_[node].empty())
      Through(node);
  }

  void Single(std::size_t node) {
    std::int64_t deepest = 0;
    for (const std::size_t callee : graph_.all[node]) {
      if (callee == node)
        continue;
      if (next_[node] == kNone || bytes_[callee] > deepest) {
        deepest = bytes_[callee];
        next_[node] = callee;
      }
    }
    bytes_[node] = deepest + graph_.frames[node];
  }

  /// The deepest callee outside of the node's circle.
  std::size_t Exit(std::size_t node) {
    std::size_t best = kNone;
    for (const std::size_t callee : graph_.all[node]) {
      if (circles_.of[callee] == circles_.of[node])
        continue;
      if (best == kNone || bytes_[callee] > bytes_[best])
        best = callee;
    }
    return best;
  }

  /// Every way through a circle that meets no function twice.
  void Through(std::size_t start) {
    struct Step {
      std::size_t node;
      std::size_t next = 0;
    };
    std::map<std::size_t, std::size_t> exits;
    for (const std::size_t member : circles_.members[circles_.of[start]]) {
      exits[member] = Exit(member);
    }
    std::vector<Step> steps;
    std::int64_t sum = 0;
    bytes_[start] = -1;
    const auto enter = [&](std::size_t node) {
      steps.push_back({node});
      on_way_[node] = true;
      sum += graph_.frames[node];
      const std::size_t exit = exits[node];
      const std::int64_t depth = sum + (exit == kNone ? 0 : bytes_[exit]);
      if (depth > bytes_[start]) {
        bytes_[start] = depth;
        next_[start] = exit;
        ways_[start].clear();
        for (const Step& step : steps) {
          ways_[start].push_back(step.node);
        }
      }
    };
    enter(start);
    while (!steps.empty()) {
      Step& step = steps.back();
      const std::vector<std::size_t>& callees = graph_.all[step.node];
      if (steps_taken_ >= kMaxSteps) {
        tangled_[circles_.of[start]] = true;
        step.next = callees.size();
      }
      if (step.next < callees.size()) {
        ++steps_taken_;
        const std::size_t callee = callees[step.next++];
        if (circles_.of[callee] == circles_.of[start] && !on_way_[callee])
          enter(callee);
        continue;
      }
      on_way_[step.node] = false;
      sum -= graph_.frames[step.node];
      steps.pop_back();
    }
  }

  const Numbered& graph_;
  Circles circles_;
  std::vector<std::int64_t> bytes_;
  std::vector<std::size_t> next_;
  std::vector<std::vector<std::size_t>>
      ways_;  ///< Through the circle, from a node where it is entered.
  std::vector<bool> on_way_;
  std::vector<bool> tangled_;
  std::size_t steps_taken_ = 0;
};

class Search {
 public:
  Search(const CallGraph& graph, const StackOptions& options)
      : options_(options),
        graph_(graph, options.assume),
        depths_(graph_),
        direct_(CircleFinder(graph_.direct).Find()) {}

  std::vector<StackResult> Run() {
    std::vector<std::string> plain;
    std::vector<std::pair<std::string, std::string>> on_top;
    for (const std::string& entry : options_.entries) {
      const std::size_t at = entry.find('@');
      if (at == std::string::npos) {
        plain.push_back(entry);
      } else {
        on_top.emplace_back(entry.substr(0, at), entry.substr(at + 1));
      }
    }
    const std::vector<std::size_t> roots = options_.entries.empty() ? Uncalled() : Matching(plain);
    std::vector<StackResult> results;
    results.reserve(roots.size());
    for (const std::size_t root : roots) {
      results.push_back(From(root));
    }
    for (const auto& [name, below] : on_top) {
      const std::vector<StackStep> under = Under(below, roots);
      for (const std::size_t entry : Matching({name})) {
        StackResult result = From(entry);
        result.entry += " on top of " + under.back().name;
        result.path.insert(result.path.begin(), under.begin(), under.end());
        for (const StackStep& step : under) {
          result.bytes += step.frame;
        }
        results.push_back(std::move(result));
      }
    }
    std::stable_sort(results.begin(), results.end(),
                     [](const StackResult& a, const StackResult& b) { return a.bytes > b.bytes; });
    return results;
  }

 private:
  [[nodiscard]] std::vector<std::size_t> Uncalled() const {
    std::vector<bool> called(graph_.nodes.size(), false);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      for (const std::size_t callee : graph_.all[i]) {
        called[callee] = called[callee] || callee != i;
      }
    }
    std::vector<std::size_t> roots;
    for (std::size_t i = 0; i < called.size(); ++i) {
      if (!called[i])
        roots.push_back(i);
    }
    return roots;
  }

  [[nodiscard]] std::vector<std::size_t> Matching(const std::vector<std::string>& globs) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (std::any_of(globs.begin(), globs.end(),
                      [&](const std::string& glob) { return graph_.Matches(glob, i); })) {
        found.push_back(i);
      }
    }
    return found;
  }

  StackResult From(std::size_t entry) {
    StackResult result;
    result.entry = graph_.nodes[entry]->name;
    result.bytes = depths_.Of(entry);
    for (const std::size_t node : depths_.Path(entry)) {
      result.path.push_back({graph_.nodes[node]->name, graph_.frames[node]});
    }
    Reach(entry, result);
    return result;
  }

  [[nodiscard]] bool Recursive(std::size_t node) const {
    const std::vector<std::size_t>& callees = graph_.direct[node];
    return direct_.members[direct_.of[node]].size() > 1 ||
           std::find(callees.begin(), callees.end(), node) != callees.end();
  }

  void Reach(std::size_t entry, StackResult& result) const {
    std::vector<bool> seen(graph_.nodes.size(), false);
    std::vector<std::size_t> open = {entry};
    seen[entry] = true;
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      const StackNode& node = *graph_.nodes[at];
      if (Recursive(at))
        result.recursive.push_back(node.name);
      for (const std::string& place : node.indirect)
        result.indirect.push_back(node.name + (place.empty() ? "" : " (" + place + ")"));
      if (node.dynamic)
        result.dynamic.push_back(node.name);
      if (!graph_.known[at] && options_.assume < 0)
        result.unknown.push_back(node.name);
      if (depths_.tangled(at))
        result.tangled.push_back(node.name);
      result.assumed += !graph_.known[at] && options_.assume >= 0 ? 1 : 0;
      for (const std::size_t callee : graph_.all[at]) {
        if (!seen[callee]) {
          seen[callee] = true;
          open.push_back(callee);
        }
      }
    }
  }

  /// The deepest direct way from a root to a function that matches, that function included.
  [[nodiscard]] std::vector<StackStep> Under(const std::string& below,
                                             const std::vector<std::size_t>& roots) const {
    std::vector<std::int64_t> up(graph_.nodes.size(), -1);
    std::vector<std::size_t> next(graph_.nodes.size(), kNone);
    for (const std::vector<std::size_t>& members : direct_.members) {
      for (const std::size_t node : members) {
        if (graph_.Matches(below, node)) {
          up[node] = graph_.frames[node];
          continue;
        }
        for (const std::size_t callee : graph_.direct[node]) {
          if (up[callee] >= 0 && up[callee] + graph_.frames[node] > up[node]) {
            up[node] = up[callee] + graph_.frames[node];
            next[node] = callee;
          }
        }
      }
    }
    std::size_t deepest = kNone;
    for (const std::size_t root : roots) {
      if (up[root] >= 0 && (deepest == kNone || up[root] > up[deepest]))
        deepest = root;
    }
    if (deepest == kNone) {
      throw BadInput("no entry reaches a function '" + below +
                     "' by direct calls; if it was inlined, name the one that it is in");
    }
    std::vector<StackStep> path;
    for (std::size_t node = deepest; node != kNone; node = next[node]) {
      path.push_back({graph_.nodes[node]->name, graph_.frames[node]});
    }
    return path;
  }

  const StackOptions& options_;
  Numbered graph_;
  Depths depths_;
  Circles direct_;
};

}  // namespace

std::vector<StackResult> WorstStacks(const CallGraph& graph, const StackOptions& options) {
  return Search(graph, options).Run();
}

}  // namespace linnet::size
