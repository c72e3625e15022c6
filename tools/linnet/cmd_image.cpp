// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/linnet/commands.hpp"
#include "tools/linnet/image_report.hpp"
#include "tools/linnet/image_support.hpp"
#include "tools/sign/sign.hpp"

namespace linnet::cli {
namespace {

struct VerifyOptions {
  std::vector<std::string> paths{};
  std::vector<std::string> keys{};
  std::uint32_t area_size = 0;
  std::uint32_t minimum_counter = 0;
  std::string vendor{};
  std::string device_class{};
  bool keep = false;
};

/// What the options say, and the memory that the policy points to.
struct DevicePolicy {
  explicit DevicePolicy(const VerifyOptions& options) {
    for (const std::string& text : options.keys) {
      const KeyOption key = ReadKeyOption(text);
      names.push_back(key.path);
      keys.push_back(sign::LoadPublicKeyPem(key.path));
      validity.push_back(key.validity);
    }
    policy.keys = {keys, validity};
    policy.area_size = options.area_size;
    policy.minimum_counter = options.minimum_counter;
    policy.use = options.keep ? image::Use::kKeep : image::Use::kExecuteInPlace;
    if (!options.vendor.empty()) {
      vendor = sign::ParseUuid(options.vendor);
      policy.vendor = &vendor;
    }
    if (!options.device_class.empty()) {
      device_class = sign::ParseUuid(options.device_class);
      policy.device_class = &device_class;
    }
  }
  DevicePolicy(const DevicePolicy&) = delete;
  DevicePolicy& operator=(const DevicePolicy&) = delete;

  std::vector<std::string> names{};
  std::vector<crypto::P256PublicKey> keys{};
  std::vector<image::KeyValidity> validity{};
  image::Uuid vendor{};
  image::Uuid device_class{};
  image::Policy policy{};
};

image::Verdict VerifyOne(const std::string& path, const DevicePolicy& device,
                         const Context& context) {
  const sign::Judgement judgement = sign::VerifyImage(sign::ReadFile(path), device.policy);
  const image::Verdict& verdict = judgement.verdict;
  nlohmann::json json = verdict.ok() ? ToJson(judgement.info) : nlohmann::json::object();
  json["path"] = path;
  json["accepted"] = verdict.ok();
  json["reason"] = image::ToText(verdict.reason);
  json["offset"] = verdict.offset;
  context.out.Value(json);
  if (verdict.ok()) {
    context.out.Line(path + ": accepted, version " + VersionOf(judgement.info) + ", signed by " +
                     device.names.at(judgement.info.key_index));
  }
  return verdict;
}

void VerifyAll(const ImageFiles& files, const DevicePolicy& device, const Context& context) {
  std::size_t refused = 0;
  for (const std::string& path : files.images) {
    const image::Verdict verdict = VerifyOne(path, device, context);
    if (!verdict.ok()) {
      ++refused;
      context.out.Line(path + ": refused: " + sign::ToText(verdict));
    }
  }
  const std::size_t count = files.images.size();
  context.out.Value({{"images", count},
                     {"accepted", count - refused},
                     {"refused", refused},
                     {"otherFiles", files.others}});
  context.out.Line(std::to_string(count - refused) + " accepted, " + std::to_string(refused) +
                   " refused" + OtherFiles(files));
  if (refused != 0) {
    throw Failure(std::to_string(refused) + " of " + std::to_string(count) +
                  " images would be refused.");
  }
}

void Verify(const VerifyOptions& options, const Context& context) {
  const DevicePolicy device(options);
  const ImageFiles files = FindImages(options.paths);
  if (files.several) {
    VerifyAll(files, device, context);
    return;
  }
  const std::string& path = files.images.front();
  const image::Verdict verdict = VerifyOne(path, device, context);
  if (!verdict.ok()) {
    throw Failure(path + " would be refused: " + sign::ToText(verdict) + ".");
  }
}

void Info(const std::vector<std::string>& paths, const Context& context) {
  const ImageFiles files = FindImages(paths);
  std::size_t broken = 0;
  for (const std::string& path : files.images) {
    try {
      Report(path, sign::Describe(sign::ReadFile(path)), files.several, context);
    } catch (const sign::Error& error) {
      if (!files.several) {
        throw;
      }
      ++broken;
      context.out.Value({{"path", path}, {"error", error.what()}});
      context.out.Line(path + ": " + error.what());
    }
  }
  if (files.several) {
    context.out.Line(std::to_string(files.images.size() - broken) + " images, " +
                     std::to_string(broken) + " broken" + OtherFiles(files));
  }
  if (broken != 0) {
    throw Failure(std::to_string(broken) + " of " + std::to_string(files.images.size()) +
                  " images cannot be read.");
  }
}

void AddInfo(CLI::App& group, const Context& context) {
  CLI::App* command = group.add_subcommand("info", "Show what images say about themselves");
  command->footer(
      "Nothing is trusted here; see: linnet image verify --help\n"
      "In a folder, files that do not begin like an image are passed over.");
  auto paths = std::make_shared<std::vector<std::string>>();
  command->add_option("FILE", *paths, "Images, or folders of them")->required();
  command->callback([paths, &context] { Explained([&] { Info(*paths, context); }); });
}

void AddVerify(CLI::App& group, const Context& context) {
  CLI::App* command = group.add_subcommand("verify", "Judge images as boot would");
  command->footer(
      "The verdict is that of boot's own code, with the reason and the byte that decided.\n"
      "Exit code 0: all are accepted. In a folder, files that do not begin like an image are\n"
      "passed over.\n"
      "Examples:\n"
      "  linnet image verify device.img --key release.pub.pem --area-size 0xe0000\n"
      "  linnet image verify build/ --key old.pub.pem=0-4 --key new.pub.pem=5-");
  auto options = std::make_shared<VerifyOptions>();
  command->add_option("FILE", options->paths, "Images, or folders of them")->required();
  command
      ->add_option("--key", options->keys,
                   "A trusted key (PEM), or KEY=FIRST-LAST: only for these security counters; may "
                   "be given again")
      ->required()
      ->allow_extra_args(false);
  command->add_option("--area-size", options->area_size, "Bytes that it may take (default: any)");
  command->add_option("--minimum-counter", options->minimum_counter,
                      "Security counter that the device has confirmed");
  command->add_option("--vendor-id", options->vendor, "UUID that the image must name as vendor");
  command->add_option("--class-id", options->device_class,
                      "UUID that the image must name as class of devices");
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
