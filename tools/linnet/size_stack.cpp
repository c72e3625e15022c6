// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/size_stack.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/size/stack.hpp"

namespace linnet::cli {
namespace {

constexpr std::size_t kMostNames = 8;

std::string Names(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kMostNames; ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  return names.size() <= kMostNames
             ? text
             : text + " and " + std::to_string(names.size() - kMostNames) + " more";
}

std::string Bytes(std::int64_t bytes) {
  return HumanBytes(static_cast<std::uint64_t>(bytes));
}

void PrintUnbounded(const Context& context, const char* what,
                    const std::vector<std::string>& names) {
  if (!names.empty()) {
    context.out.Line(std::string("    ") + what + Names(names));
  }
}

nlohmann::json JsonOf(const size::StackResult& result) {
  nlohmann::json path = nlohmann::json::array();
  for (const size::StackStep& step : result.path) {
    path.push_back({{"function", step.name}, {"frame", step.frame}});
  }
  return {{"entry", result.entry},         {"bytes", result.bytes},
          {"bounded", result.bounded()},   {"path", std::move(path)},
          {"recursive", result.recursive}, {"indirect", result.indirect},
          {"dynamic", result.dynamic},     {"unknown", result.unknown},
          {"tangled", result.tangled},     {"assumed", result.assumed}};
}

void PrintResult(const Context& context, const StackRequest& request,
                 const size::StackResult& result) {
  context.out.Line((result.bounded() ? "" : "at least ") + Bytes(result.bytes) + "  " +
                   result.entry);
  if (request.path) {
    for (const size::StackStep& step : result.path) {
      const std::string frame = std::to_string(step.frame);
      context.out.Line(std::string(frame.size() < 8 ? 8 - frame.size() : 0, ' ') + frame + "  " +
                       step.name);
    }
  } else {
    std::vector<std::string> names;
    for (const size::StackStep& step : result.path) {
      names.push_back(step.name);
    }
    context.out.Line("    path              " + Names(names));
  }
  PrintUnbounded(context, "recursion         ", result.recursive);
  PrintUnbounded(context, "indirect calls in ", result.indirect);
  PrintUnbounded(context, "dynamic frames    ", result.dynamic);
  PrintUnbounded(context, "frame not known   ", result.unknown);
  PrintUnbounded(context, "too many ways in  ", result.tangled);
  if (result.assumed > 0) {
    context.out.Line("    assumed           " + std::to_string(request.assume) + " B for each of " +
                     std::to_string(result.assumed) + " functions without a frame");
  }
}

std::uint64_t RoomOf(const StackRequest& request, const size::ElfImage* image) {
  const std::int64_t bytes = size::ParseNumber(request.room);
  if (bytes >= 0) {
    return static_cast<std::uint64_t>(bytes);
  }
  if (image == nullptr) {
    throw Failure(
        "--room is a number of bytes, or names a section or symbol of an ELF file that is "
        "given, too");
  }
  for (const size::Section& section : image->sections()) {
    if (section.name == request.room)
      return section.size;
  }
  for (const size::Symbol& symbol : image->symbols()) {
    if (symbol.name == request.room && symbol.size > 0)
      return symbol.size;
  }
  throw Failure(request.elf + " has no section and no sized symbol '" + request.room + "'");
}

void Judge(const Context& context, const StackRequest& request, const size::ElfImage* image,
           const std::vector<size::StackResult>& results) {
  const std::uint64_t room = RoomOf(request, image);
  std::uint64_t worst = 0;
  for (const size::StackResult& result : results) {
    if (!result.bounded()) {
      throw Failure("the stack of " + result.entry + " has no bound; " +
                    (request.verdict_only ? "without --total the reasons are named"
                                          : "the reasons are named above"));
    }
    worst = std::max(worst, static_cast<std::uint64_t>(result.bytes));
  }
  const std::string name =
      image == nullptr ? request.directory : std::filesystem::path(request.elf).stem().string();
  const bool fits = worst + request.margin <= room;
  context.out.Value(
      {{"image", name}, {"stack", worst}, {"room", room}, {"margin", request.margin}});
  const std::string line = name + " stack " + Bytes(static_cast<std::int64_t>(worst)) + " of " +
                           Bytes(static_cast<std::int64_t>(room)) + ", at least " +
                           Bytes(static_cast<std::int64_t>(request.margin)) + " to spare";
  if (!fits) {
    throw Failure(line + ": exceeded by " +
                  Bytes(static_cast<std::int64_t>(worst + request.margin - room)));
  }
  context.out.Line(line + "  ok");
}

}  // namespace

void PrintStacks(const Context& context, const StackRequest& request) {
  std::unique_ptr<size::ElfImage> image;
  if (!request.elf.empty()) {
    image = std::make_unique<size::ElfImage>(size::ElfImage::FromFile(request.elf));
  }
  size::CallGraph graph;
  graph.AddDirectory(request.directory, std::filesystem::path(request.elf).filename().string());
  graph.Join();
  if (image != nullptr) {
    graph.Follow(*image, request.sources, request.never);
  }
  const std::vector<size::StackResult> results =
      size::WorstStacks(graph, {.entries = request.entries, .assume = request.assume});
  if (results.empty()) {
    throw Failure(request.directory + ": no function of the call graph matches the entry point.");
  }
  std::size_t shown = 0;
  for (const size::StackResult& result : results) {
    context.out.Value(JsonOf(result));
    if (!request.verdict_only && (request.rows == 0 || shown++ < request.rows)) {
      PrintResult(context, request, result);
    }
  }
  if (request.rows != 0 && results.size() > request.rows && !request.verdict_only) {
    context.out.Line("(" + std::to_string(results.size() - request.rows) +
                     " more; --rows 0 shows all)");
  }
  if (!request.room.empty()) {
    Judge(context, request, image.get(), results);
  }
}

}  // namespace linnet::cli
