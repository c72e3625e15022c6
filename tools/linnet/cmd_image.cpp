// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/linnet/commands.hpp"
#include "tools/linnet/image_support.hpp"
#include "tools/sign/sign.hpp"

namespace linnet::cli {
namespace {

struct VerifyOptions {
  std::string path{};
  std::vector<std::string> keys{};
  std::uint32_t area_size = 0;
  std::uint32_t minimum_counter = 0;
  bool keep = false;
};

std::string VersionOf(const image::Info& info) {
  return std::string(image::ToText(info.header.version).view());
}

nlohmann::json ToJson(const image::Info& info) {
  nlohmann::json dependencies = nlohmann::json::array();
  for (std::size_t i = 0; i < info.dependency_count; ++i) {
    const image::Dependency& dependency = info.dependencies.at(i);
    dependencies.push_back(
        {{"image", dependency.image}, {"version", image::ToText(dependency.minimum).view()}});
  }
  nlohmann::json json{{"version", VersionOf(info)},
                      {"digest", sign::ToHex(info.digest)},
                      {"size", info.total_size},
                      {"headerSize", info.header.header_size},
                      {"bodySize", info.header.body_size},
                      {"flags", info.header.flags},
                      {"loadAddress", info.header.load_address},
                      {"dependencies", std::move(dependencies)}};
  if (info.has_security_counter) {
    json["securityCounter"] = info.security_counter;
  }
  return json;
}

void PrintJson(const Context& context, const sign::Description& description, bool whole) {
  nlohmann::json json = ToJson(description.info);
  json["digestMatches"] = whole;
  json["fileSize"] = description.file_size;
  for (const sign::Entry& entry : description.entries) {
    json["entries"].push_back({{"signed", entry.is_protected},
                               {"type", entry.type},
                               {"name", entry.name},
                               {"offset", entry.offset},
                               {"value", sign::ToHex(entry.value)}});
  }
  context.out.Value(json);
}

void Info(const std::string& path, const Context& context) {
  const sign::Description description = sign::Describe(sign::ReadFile(path));
  const image::Info& info = description.info;
  const bool whole = info.digest == description.actual_digest;
  if (context.out.json()) {
    PrintJson(context, description, whole);
    return;
  }
  context.out.Line("version  " + VersionOf(info));
  context.out.Line("digest   " + sign::ToHex(info.digest) +
                   (whole ? "" : "  (DAMAGED: the content has another one)"));
  context.out.Line("size     " + HumanBytes(info.total_size) + ": header " +
                   HumanBytes(info.header.header_size) + ", program " +
                   HumanBytes(info.header.body_size));
  if (description.file_size > info.total_size) {
    context.out.Line("behind   " + HumanBytes(description.file_size - info.total_size) +
                     " that are not part of the image");
  }
  std::vector<std::vector<std::string>> rows;
  for (const sign::Entry& entry : description.entries) {
    rows.push_back({entry.name, entry.is_protected ? "yes" : "no", std::to_string(entry.offset),
                    sign::ToHex(entry.value)});
  }
  context.out.Line("");
  context.out.Table({"entry", "signed", "at", "value"}, rows);
}

void Verify(const VerifyOptions& options, const Context& context) {
  const std::vector<crypto::P256PublicKey> keys = LoadPublicKeys(options.keys);
  const sign::Judgement judgement =
      sign::VerifyFile(options.path, keys, options.area_size, options.minimum_counter,
                       options.keep ? image::Use::kKeep : image::Use::kExecuteInPlace);
  const image::Verdict& verdict = judgement.verdict;
  if (context.out.json()) {
    nlohmann::json json = verdict.ok() ? ToJson(judgement.info) : nlohmann::json::object();
    json["accepted"] = verdict.ok();
    json["reason"] = image::ToText(verdict.reason);
    json["offset"] = verdict.offset;
    context.out.Value(json);
  }
  if (!verdict.ok()) {
    throw Failure(options.path + " would be refused: " + sign::ToText(verdict) + ".");
  }
  context.out.Line(options.path + ": accepted, version " + VersionOf(judgement.info) +
                   ", signed by " + options.keys.at(judgement.info.key_index));
}

void AddInfo(CLI::App& group, const Context& context) {
  CLI::App* command = group.add_subcommand("info", "Show what an image says about itself");
  command->footer("Nothing is trusted here; see: linnet image verify --help");
  auto path = std::make_shared<std::string>();
  command->add_option("FILE", *path, "The image")->required();
  command->callback([path, &context] { Explained([&] { Info(*path, context); }); });
}

void AddVerify(CLI::App& group, const Context& context) {
  CLI::App* command = group.add_subcommand("verify", "Judge an image as boot would");
  command->footer(
      "Example: linnet image verify device.img --key release.pub.pem --area-size 0xe8000");
  auto options = std::make_shared<VerifyOptions>();
  command->add_option("FILE", options->path, "The image")->required();
  command->add_option("--key", options->keys, "A trusted key (PEM); may be given again")
      ->required();
  command->add_option("--area-size", options->area_size, "Bytes that it may take (default: any)");
  command->add_option("--minimum-counter", options->minimum_counter,
                      "Security counter that the device has confirmed");
  command->add_flag("--keep", options->keep,
                    "For keeping, not for starting: non-bootable and RAM images are fine");
  command->callback([options, &context] { Explained([&] { Verify(*options, context); }); });
}

}  // namespace

void AddImageCommands(CLI::App& app, const Context& context) {
  CLI::App* group = app.add_subcommand("image", "Show and verify images");
  group->require_subcommand(1);
  AddInfo(*group, context);
  AddVerify(*group, context);
}

}  // namespace linnet::cli
