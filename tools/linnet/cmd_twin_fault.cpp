// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet twin fault list|set|clear
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/linnet/api_client.hpp"
#include "tools/linnet/commands.hpp"

namespace linnet::cli {
namespace {

using nlohmann::json;

struct SetOptions {
  std::string name;
  std::optional<std::int64_t> value;
  std::int64_t times = 0;
  std::string file;
};

std::string StateOf(const json& fault) {
  if (!fault["active"].get<bool>()) {
    return "-";
  }
  std::string state = fault.contains("value") ? fault["value"].dump() : "on";
  if (fault.contains("file")) {
    state += " " + fault["file"].get<std::string>();
  }
  state += ", used " + fault["used"].dump();
  return fault["times"] == 0 ? state : state + " of " + fault["times"].dump();
}

void AddList(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("list", "Say what can go wrong, and what does now");
  command->callback([&context] {
    const json faults = ApiClient(context.twin_dir).Get("/v1/faults")["faults"];
    std::vector<std::vector<std::string>> rows;
    for (const json& fault : faults) {
      const auto takes = fault["takes"].get<std::string>();
      rows.push_back({fault["name"].get<std::string>() + (takes.empty() ? "" : " " + takes),
                      StateOf(fault), fault["effect"]});
    }
    context.out.Value(faults);
    context.out.Table({"FAULT", "NOW", "WHAT HAPPENS"}, rows);
  });
}

void Set(const SetOptions& options, const Context& context) {
  json wish = {{"name", options.name}, {"times", options.times}};
  if (options.value) {
    wish["value"] = *options.value;
  }
  if (!options.file.empty()) {
    const std::filesystem::path served = std::filesystem::path(context.twin_dir) / "fw";
    const std::filesystem::path name = std::filesystem::path(options.file).filename();
    std::filesystem::copy_file(options.file, served / name,
                               std::filesystem::copy_options::overwrite_existing);
    wish["file"] = name.string();
  }
  static_cast<void>(ApiClient(context.twin_dir).Post("/v1/faults", wish));
  context.out.Value(wish);
  context.out.Line("Set " + options.name + ".");
}

void AddSet(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("set", "Let something go wrong");
  const auto options = std::make_shared<SetOptions>();
  command->add_option("FAULT", options->name, "Which; see `linnet twin fault list`")->required();
  command->add_option("VALUE", options->value, "Its number, where it takes one");
  command->add_option("--times", options->times,
                      "How often it happens before it is over (default: until it is cleared)");
  command
      ->add_option("--file", options->file,
                   "object-changes: what the firmware server has in its place from then on")
      ->check(CLI::ExistingFile);
  command->footer(
      "Examples:\n"
      "  linnet twin fault set http-status 503 --times 3     three answers fail\n"
      "  linnet twin fault set cut 20000                     every connection ends after 20,000 B\n"
      "  linnet twin fault set broker-down");
  command->callback([options, &context] { Set(*options, context); });
}

void AddClear(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("clear", "Let it be well again: these, or all");
  const auto names = std::make_shared<std::vector<std::string>>();
  command->add_option("FAULT", *names, "Which; none: all of them");
  command->callback([names, &context] {
    const ApiClient twin(context.twin_dir);
    if (names->empty()) {
      static_cast<void>(twin.Delete("/v1/faults"));
    }
    for (const std::string& name : *names) {
      static_cast<void>(twin.Delete("/v1/faults/" + UrlEncode(name)));
    }
    context.out.Value({{"cleared", *names}});
    context.out.Line("Cleared.");
  });
}

}  // namespace

void AddTwinFaultCommands(CLI::App& twin, Context& context) {
  CLI::App* group = twin.add_subcommand("fault",
                                        "Let the twin do things wrong, to see how devices "
                                        "get through");
  group->require_subcommand(1);
  AddList(*group, context);
  AddSet(*group, context);
  AddClear(*group, context);
}

}  // namespace linnet::cli
