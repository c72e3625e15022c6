// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet shadow get|set|delete|watch
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/linnet/api_client.hpp"
#include "tools/linnet/commands.hpp"
#include "tools/linnet/follow.hpp"

namespace linnet::cli {
namespace {

using nlohmann::json;

struct Which {
  std::string thing;
  std::string shadow;

  [[nodiscard]] std::string Target() const {
    return "/v1/things/" + UrlEncode(thing) + "/shadow" +
           (shadow.empty() ? "" : "?name=" + UrlEncode(shadow));
  }
};

std::shared_ptr<Which> WhichOptions(CLI::App& command) {
  auto which = std::make_shared<Which>();
  command.add_option("THING", which->thing, "The thing's name")->required();
  command.add_option("--name", which->shadow, "A named shadow instead of the classic one");
  return which;
}

// "telemetry.interval_s=5" sets {"telemetry": {"interval_s": 5}}; a value that is no JSON is a
// string.
void ApplyAssignment(json& state, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw Failure("'" + assignment + "' is no assignment: write KEY=VALUE, for example led=true");
  }
  std::string pointer = "/" + assignment.substr(0, equals);
  std::replace(pointer.begin(), pointer.end(), '.', '/');
  const std::string text = assignment.substr(equals + 1);
  json value = json::parse(text, nullptr, false);
  try {
    state[json::json_pointer(pointer)] = value.is_discarded() ? json(text) : value;
  } catch (const json::exception&) {
    throw Failure("'" + assignment + "' contradicts another assignment or names an empty key");
  }
}

json StateFrom(const std::vector<std::string>& words) {
  if (words.size() == 1 && words[0].starts_with('{')) {
    json state = json::parse(words[0], nullptr, false);
    if (state.is_discarded()) {
      throw Failure("the desired state is no valid JSON: " + words[0]);
    }
    return state;
  }
  json state = json::object();
  for (const std::string& word : words) {
    ApplyAssignment(state, word);
  }
  return state;
}

void PrintDocument(const Context& context, const json& document) {
  context.out.Value(document);
  context.out.Line(document.dump(2));
}

void AddGet(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("get", "Print a thing's shadow");
  const auto which = WhichOptions(*command);
  command->callback([which, &context] {
    PrintDocument(context, ApiClient(context.twin_dir).Get(which->Target()));
  });
}

void AddSet(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("set", "Change the desired state");
  const auto which = WhichOptions(*command);
  const auto words = std::make_shared<std::vector<std::string>>();
  const auto version = std::make_shared<std::optional<std::int64_t>>();
  command
      ->add_option("STATE", *words,
                   "KEY=VALUE …, dots nest; or one JSON object; null removes a key")
      ->required();
  command->add_option("--expect-version", *version, "Refuse unless the shadow is at this version");
  command->footer(
      "Examples:\n"
      "  linnet shadow set lamp-1 telemetry.interval_s=5 led=true\n"
      "  linnet shadow set lamp-1 '{\"log\":{\"level\":\"debug\"}}'\n"
      "  linnet shadow set lamp-1 led=null");
  command->callback([which, words, version, &context] {
    json update = {{"state", {{"desired", StateFrom(*words)}}}};
    if (*version) {
      update["version"] = **version;
    }
    const json answer = ApiClient(context.twin_dir).Post(which->Target(), update);
    context.out.Value(answer);
    context.out.Line("The shadow of " + which->thing + " is at version " +
                     answer["version"].dump() + ".");
  });
}

void AddDelete(CLI::App& group, Context& context) {
  CLI::App* command =
      group.add_subcommand("delete", "Delete a shadow; its version goes on counting for 48 hours");
  const auto which = WhichOptions(*command);
  command->callback([which, &context] {
    const json answer = ApiClient(context.twin_dir).Delete(which->Target());
    context.out.Value(answer);
    context.out.Line("Deleted the shadow of " + which->thing + ", version " +
                     answer["version"].dump() + ".");
  });
}

void AddWatch(CLI::App& group, Context& context) {
  CLI::App* command =
      group.add_subcommand("watch", "Print every change of a thing's shadow until Ctrl-C");
  const auto which = WhichOptions(*command);
  command->callback([which, &context] {
    FollowEvents(context, [which, &context](const json& event) {
      if (event["kind"] == "shadow" && event["thing"] == which->thing &&
          event["data"].value("name", "") == which->shadow) {
        PrintEvent(context, event);
      }
    });
  });
}

}  // namespace

void AddShadowCommands(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("shadow", "Read, change and watch device shadows");
  group->require_subcommand(1);
  AddGet(*group, context);
  AddSet(*group, context);
  AddDelete(*group, context);
  AddWatch(*group, context);
}

}  // namespace linnet::cli
