// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet stream create|update|list|show|delete
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/linnet/api_client.hpp"
#include "tools/linnet/commands.hpp"
#include "tools/linnet/job_document.hpp"

namespace linnet::cli {
namespace {

using nlohmann::json;

struct StreamOptions {
  std::string name;
  std::vector<std::string> files;
  std::string description;
};

std::string StreamTarget(const std::string& name) {
  return "/v1/streams/" + UrlEncode(name);
}

std::shared_ptr<StreamOptions> NameOption(CLI::App& command) {
  auto options = std::make_shared<StreamOptions>();
  command
      .add_option("NAME", options->name,
                  "The stream's id: 1 to 128 characters out of a-z A-Z 0-9 _ -")
      ->required();
  return options;
}

// Files are numbered as they are given, from 0.
json Wish(const StreamOptions& options, const Context& context) {
  json files = json::array();
  for (const std::string& file : options.files) {
    files.push_back({{"fileId", files.size()}, {"object", PublishFile(file, context.twin_dir)}});
  }
  return {{"streamId", options.name}, {"description", options.description}, {"files", files}};
}

void Print(const Context& context, const json& stream) {
  context.out.Value(stream);
  std::vector<std::vector<std::string>> rows;
  for (const json& file : stream["files"]) {
    rows.push_back({file["fileId"].dump(), file["size"].dump(), file["object"]});
  }
  context.out.Line(stream["streamId"].get<std::string>() + ", version " +
                   stream["streamVersion"].dump());
  context.out.Table({"FILE", "BYTES", "OBJECT"}, rows);
}

void AddWrite(CLI::App& group, Context& context, bool create) {
  CLI::App* command =
      create ? group.add_subcommand("create", "Offer files to devices over MQTT")
             : group.add_subcommand("update", "Give a stream other files, and so a new version");
  const auto options = NameOption(*command);
  command->add_option("FILE", options->files, "1 to 10 files; their ids are 0, 1, … in this order")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--description", options->description, "For people");
  command->footer(create ? "Example:\n"
                           "  linnet stream create fw-2 v2.img\n"
                           "  linnet job create to-2 --thing lamp-1 --stream fw-2"
                         : "Example:\n  linnet stream update fw-2 v3.img");
  command->callback([options, create, &context] {
    const ApiClient twin(context.twin_dir);
    Print(context,
          twin.Post(create ? "/v1/streams" : StreamTarget(options->name), Wish(*options, context)));
  });
}

void AddList(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("list", "List the streams");
  command->callback([&context] {
    const json streams = ApiClient(context.twin_dir).Get("/v1/streams")["streams"];
    context.out.Value(streams);
    std::vector<std::vector<std::string>> rows;
    for (const json& stream : streams) {
      std::uint64_t bytes = 0;
      for (const json& file : stream["files"]) {
        bytes += file["size"].get<std::uint64_t>();
      }
      rows.push_back({stream["streamId"], stream["streamVersion"].dump(),
                      std::to_string(stream["files"].size()), std::to_string(bytes),
                      stream["description"]});
    }
    context.out.Table({"STREAM", "VERSION", "FILES", "BYTES", "DESCRIPTION"}, rows);
  });
}

void AddShow(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("show", "Show a stream and its files");
  const auto options = NameOption(*command);
  command->callback([options, &context] {
    Print(context, ApiClient(context.twin_dir).Get(StreamTarget(options->name)));
  });
}

void AddDelete(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("delete", "Delete a stream; its files stay");
  const auto options = NameOption(*command);
  command->callback([options, &context] {
    static_cast<void>(ApiClient(context.twin_dir).Delete(StreamTarget(options->name)));
    context.out.Line("Deleted " + options->name + ".");
    context.out.Value({{"streamId", options->name}, {"deleted", true}});
  });
}

}  // namespace

void AddStreamCommands(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("stream", "Files that devices fetch over MQTT");
  group->require_subcommand(1);
  AddWrite(*group, context, /*create=*/true);
  AddWrite(*group, context, /*create=*/false);
  AddList(*group, context);
  AddShow(*group, context);
  AddDelete(*group, context);
}

}  // namespace linnet::cli
