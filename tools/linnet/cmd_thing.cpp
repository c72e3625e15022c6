// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet thing create|list|show|factory|revoke|delete
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/linnet/api_client.hpp"
#include "tools/linnet/commands.hpp"
#include "tools/linnet/factory.hpp"
#include "twin/files.hpp"

namespace linnet::cli {
namespace {

using nlohmann::json;

std::string ThingTarget(const std::string& name) {
  return "/v1/things/" + UrlEncode(name);
}

std::shared_ptr<std::string> NameOption(CLI::App& command) {
  auto name = std::make_shared<std::string>();
  command
      .add_option("NAME", *name, "The thing's name: 1 to 128 characters out of a-z A-Z 0-9 : _ -")
      ->required();
  return name;
}

void AddCreate(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("create", "Register a thing");
  const auto name = NameOption(*command);
  command->footer("Example:\n  linnet thing create lamp-1");
  command->callback([name, &context] {
    static_cast<void>(ApiClient(context.twin_dir).Post("/v1/things", {{"thingName", *name}}));
    context.out.Line("Created " + *name + ". Next: linnet thing factory " + *name);
    context.out.Value({{"thingName", *name}});
  });
}

void AddList(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("list", "List the things");
  command->callback([&context] {
    const json things = ApiClient(context.twin_dir).Get("/v1/things")["things"];
    context.out.Value(things);
    std::vector<std::vector<std::string>> rows;
    for (const json& thing : things) {
      rows.push_back({thing["thingName"], thing["connected"] ? "connected" : "-",
                      thing["certificates"].dump()});
    }
    context.out.Table({"THING", "STATE", "CERTIFICATES"}, rows);
  });
}

void AddShow(CLI::App& group, Context& context) {
  CLI::App* command =
      group.add_subcommand("show", "Show a thing: connection, certificates, shadow");
  const auto name = NameOption(*command);
  command->callback([name, &context] {
    const json thing = ApiClient(context.twin_dir).Get(ThingTarget(*name));
    context.out.Value(thing);
    context.out.Line(thing.dump(2));
  });
}

void AddFactory(CLI::App& group, Context& context) {
  CLI::App* command =
      group.add_subcommand("factory", "Issue a certificate: what a factory writes into a device");
  const auto name = NameOption(*command);
  const auto csr = std::make_shared<std::string>();
  const auto out = std::make_shared<std::string>();
  command->add_option("--csr", *csr,
                      "Certify the key of this PKCS#10 request (PEM) instead of making a key");
  command->add_option("--out", *out,
                      "Directory for the files (default: things/NAME in the twin's directory)");
  command->footer(
      "Writes factory.json (name, endpoint, ports), cert.pem, cert.der, root-p256.der, "
      "root-rsa.der, roots.pem and,\n"
      "without --csr, key.pem. The private key is made here and never leaves this machine's disk.\n"
      "\n"
      "Examples:\n"
      "  linnet thing factory lamp-1\n"
      "  linnet thing factory lamp-1 --csr lamp-1.csr --out factory/lamp-1");
  command->callback([name, csr, out, &context] {
    const std::filesystem::path directory =
        out->empty() ? std::filesystem::path(context.twin_dir) / "things" / *name
                     : std::filesystem::path(*out);
    const json factory =
        MakeFactoryFiles(ApiClient(context.twin_dir), context.twin_dir, *name, *csr, directory);
    context.out.Line("Wrote " + directory.string() + ": certificate " +
                     factory["certificateId"].get<std::string>().substr(0, 12) + " for " + *name);
    context.out.Value(factory);
  });
}

void AddRevoke(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("revoke", "Revoke all certificates of a thing");
  const auto name = NameOption(*command);
  command->callback([name, &context] {
    static_cast<void>(ApiClient(context.twin_dir).Delete(ThingTarget(*name) + "/certificates"));
    context.out.Line("Revoked the certificates of " + *name + ".");
    context.out.Value({{"thingName", *name}, {"revoked", true}});
  });
}

void AddDelete(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand(
      "delete", "Delete a thing and revoke its certificates; its shadow stays");
  const auto name = NameOption(*command);
  command->callback([name, &context] {
    static_cast<void>(ApiClient(context.twin_dir).Delete(ThingTarget(*name)));
    context.out.Line("Deleted " + *name + ".");
    context.out.Value({{"thingName", *name}, {"deleted", true}});
  });
}

}  // namespace

void AddThingCommands(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("thing", "Register things and issue their certificates");
  group->require_subcommand(1);
  AddCreate(*group, context);
  AddList(*group, context);
  AddShow(*group, context);
  AddFactory(*group, context);
  AddRevoke(*group, context);
  AddDelete(*group, context);
}

}  // namespace linnet::cli
