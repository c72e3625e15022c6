// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "package/multi_image.hpp"
#include "package/writer.hpp"
#include "radio/patch.hpp"
#include "tools/linnet/commands.hpp"
#include "tools/linnet/image_support.hpp"
#include "tools/package/build.hpp"
#include "tools/package/judge.hpp"
#include "tools/sign/manifest.hpp"
#include "tools/sign/sign.hpp"

namespace linnet::cli {
namespace {

using package::Entry;
using package::HeadView;
using package::NameOf;
using release::PartKind;

struct Options {
  std::string file{};
  std::string output{};
  std::vector<std::string> boot_images{};
  std::vector<std::string> companions{};
  std::vector<std::string> bases{};
  std::vector<std::string> keys{};
  std::vector<std::string> components{};
  std::vector<std::string> areas{};
  std::string product{};
  std::string board{};
  std::uint32_t alignment = 4096;
  bool compress = false;
  bool partial = false;
  bool allow_unnamed = false;
  bool inspect = false;
  bool verify = false;
};

struct Place {
  PartKind kind{};
  std::uint8_t index = 0;
};

// "app", "boot:1", or a companion as `linnet sign --needs` names it.
Place ReadPlace(const std::string& text) {
  if (text == "app") {
    return {PartKind::kApplication, 0};
  }
  if (text.size() == 6 && text.starts_with("boot:") && text[5] >= '1' && text[5] <= '7') {
    return {PartKind::kBootImage, static_cast<std::uint8_t>(text[5] - '0')};
  }
  try {
    return {PartKind::kCompanion, sign::ParseCompanion(text)};
  } catch (const sign::Error&) {
    throw Failure("\"" + text +
                  "\" is no part: app, boot:1 to boot:7, wifi, certificates, model, or a number "
                  "from 0x80.");
  }
}

template <typename Number>
Number ReadNumber(const std::string& text, const std::string& what) {
  const bool hex = text.starts_with("0x");
  const char* end = text.data() + text.size();
  Number value = 0;
  const auto [stop, error] =
      std::from_chars(text.data() + (hex ? 2 : 0), end, value, hex ? 16 : 10);
  if (error != std::errc() || stop != end) {
    throw Failure("\"" + text + "\" is no " + what + ": write a whole number.");
  }
  return value;
}

std::pair<std::string, std::string> SplitAtSign(const std::string& text, const std::string& form) {
  const std::size_t at = text.find('=');
  if (at == std::string::npos) {
    throw Failure("\"" + text + "\" is not of the form " + form + ".");
  }
  return {text.substr(0, at), text.substr(at + 1)};
}

// A companion that begins like an image came signed as one.
package::Component ReadComponent(const std::string& text, Bytes file) {
  const auto [id, part] = SplitAtSign(text, "ID=PART, such as 1=wifi");
  const Place place = ReadPlace(part);
  package::Component component{
      .id = ReadNumber<std::int32_t>(id, "image id"), .kind = place.kind, .index = place.index};
  const Result<package::MultiImage> multi = package::ReadMultiImage(file);
  for (const package::MultiImage::Image& image : multi.value_or({}).view()) {
    if (image.id == component.id && image.offset < file.size()) {
      component.wrapped =
          component.kind == PartKind::kCompanion &&
          package::Identify(file.subspan(image.offset)) == package::FileKind::kImage;
    }
  }
  return component;
}

void ReadArea(const std::string& text, package::JudgeOptions& out) {
  const auto [part, rest] =
      SplitAtSign(text, "PART=SIZE or PART=SIZE,COUNTER, such as app=917504,3");
  const std::size_t comma = rest.find(',');
  const Place place = ReadPlace(part);
  out.areas.push_back({.kind = place.kind,
                       .index = place.index,
                       .size = ReadNumber<std::uint32_t>(rest.substr(0, comma), "size")});
  if (comma == std::string::npos) {
    return;
  }
  if (place.kind == PartKind::kCompanion) {
    throw Failure(part + " has no security counter: that is for images.");
  }
  out.counter_floor.at(place.index) =
      ReadNumber<std::uint32_t>(rest.substr(comma + 1), "security counter");
}

std::vector<package::PartFile> ReadHeld(const std::vector<std::string>& paths) {
  std::vector<package::PartFile> held;
  for (const std::string& path : paths) {
    std::ranges::move(package::ReadBases(path), std::back_inserter(held));
  }
  return held;
}

// Wi-Fi firmware has the version of its container, which the manifest keeps in the last field.
std::string VersionOf(const Entry& entry) {
  if (entry.kind == PartKind::kCompanion && entry.index == image::companion::kWifiFirmware) {
    return std::string(radio::FirmwareText(entry.version.build).view());
  }
  return std::string(image::ToText(entry.version).view());
}

nlohmann::json ToJson(const Entry& entry) {
  nlohmann::json json{{"part", NameOf(entry.kind, entry.index)},
                      {"kind", static_cast<int>(entry.kind)},
                      {"index", entry.index},
                      {"encoding", package::ToString(entry.encoding)},
                      {"version", VersionOf(entry)},
                      {"offset", entry.offset},
                      {"storedSize", entry.stored_length},
                      {"size", entry.length},
                      {"digest", sign::ToHex(entry.digest)},
                      {"storedDigest", sign::ToHex(entry.stored_digest)}};
  if (entry.kind != PartKind::kCompanion) {
    json["securityCounter"] = entry.security_counter;
  }
  if (entry.encoding == package::Encoding::kDelta) {
    json["base"] = sign::ToHex(entry.base);
  }
  return json;
}

void InspectPackage(const HeadView& head, std::size_t size, const Context& context) {
  const package::Summary& summary = head.summary();
  const std::string version(image::ToText(summary.version).view());
  nlohmann::json json{{"file", "package"},
                      {"product", summary.product},
                      {"board", summary.board},
                      {"version", version},
                      {"release", sign::ToHex(summary.release)},
                      {"size", size},
                      {"headSize", package::HeadSizeFor(head.count())},
                      {"alignment", summary.alignment},
                      {"parts", nlohmann::json::array()}};
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < head.count(); ++i) {
    const Entry entry = head.At(i);
    json["parts"].push_back(ToJson(entry));
    rows.push_back({NameOf(entry.kind, entry.index), std::string(ToString(entry.encoding)),
                    VersionOf(entry), std::to_string(entry.offset), HumanBytes(entry.stored_length),
                    HumanBytes(entry.length), sign::ToHex(entry.digest).substr(0, 16)});
  }
  context.out.Line("package  release " + version + " for " + std::string(summary.product) + " on " +
                   std::string(summary.board) + ", " + HumanBytes(size));
  context.out.Line("release  " + sign::ToHex(summary.release));
  context.out.Line("");
  context.out.Table({"part", "encoding", "version", "at", "takes", "gives", "digest"}, rows);
  context.out.Value(json);
}

void InspectMultiImage(Bytes file, const std::string& path, const Context& context) {
  const Result<package::MultiImage> head = package::ReadMultiImage(file);
  if (!head.ok()) {
    throw Failure(path + " begins like a multi-image file, but its head is broken.");
  }
  nlohmann::json json{{"file", "multi-image file"}, {"size", file.size()}};
  std::vector<std::vector<std::string>> rows;
  for (const package::MultiImage::Image& image : head->view()) {
    json["images"].push_back({{"id", image.id}, {"offset", image.offset}, {"size", image.size}});
    rows.push_back(
        {std::to_string(image.id), std::to_string(image.offset), HumanBytes(image.size)});
  }
  context.out.Line("multi-image file, " + HumanBytes(file.size()) +
                   (head->file_size == file.size() ? "" : "  (DAMAGED: its head says otherwise)"));
  context.out.Line("");
  context.out.Table({"id", "at", "size"}, rows);
  context.out.Value(json);
}

void Inspect(const Options& options, const Context& context) {
  const std::vector<std::byte> file = sign::ReadFile(options.file);
  switch (package::Identify(file)) {
    case package::FileKind::kPackage: {
      const Result<HeadView> head = HeadView::Parse(file);
      if (!head.ok()) {
        throw Failure(options.file + " is a package with a broken head (" +
                      std::string(ToString(head.code())) + "): make it again.");
      }
      return InspectPackage(*head, file.size(), context);
    }
    case package::FileKind::kMultiImage:
      return InspectMultiImage(file, options.file, context);
    case package::FileKind::kImage:
      throw Failure(options.file + " is a bare image: see linnet image info.");
    case package::FileKind::kUnknown:
      break;
  }
  throw Failure(options.file + " is neither a package nor a multi-image file.");
}

void Verify(const Options& options, const Context& context) {
  const std::vector<std::byte> file = sign::ReadFile(options.file);
  if (options.keys.empty()) {
    throw Failure("--verify needs the key that devices trust: add --key FILE.");
  }
  const std::vector<crypto::P256PublicKey> keys = LoadPublicKeys(options.keys);
  package::JudgeOptions judge{.keys = keys,
                              .product = options.product,
                              .board = options.board,
                              .allow_unnamed = options.allow_unnamed,
                              .held = ReadHeld(options.bases)};
  for (const std::string& text : options.areas) {
    ReadArea(text, judge);
  }
  for (const std::string& text : options.components) {
    judge.components.push_back(ReadComponent(text, file));
  }
  package::Judgement judgement;
  try {
    judgement = package::Judge(file, judge);
  } catch (const sign::Error& error) {
    throw Failure(options.file + " would be refused: " + error.what());
  }
  nlohmann::json json{{"accepted", true}, {"file", package::ToString(judgement.kind)}};
  std::vector<std::vector<std::string>> rows;
  for (const package::PartReport& part : judgement.parts) {
    const std::string encoding(ToString(part.encoding));
    json["parts"].push_back(
        {{"part", part.name}, {"encoding", encoding}, {"checked", part.checked}});
    rows.push_back({part.name, encoding, HumanBytes(part.stored_length),
                    part.checked ? "good" : "not decoded: give its base with --from"});
  }
  context.out.Line(options.file + ": accepted");
  context.out.Line("");
  context.out.Table({"part", "encoding", "takes", ""}, rows);
  context.out.Value(json);
}

void Make(const Options& options, const Context& context) {
  if (options.output.empty() || options.product.empty() || options.board.empty()) {
    throw Failure("making a package needs --output, --product and --board.");
  }
  std::vector<package::PartFile> others;
  for (const std::string& text : options.boot_images) {
    others.push_back(package::ReadBootImage(text));
  }
  for (const std::string& text : options.companions) {
    others.push_back(package::ReadCompanion(text));
  }
  const std::vector<std::byte> file =
      package::Build(package::ReadApplication(options.file), std::move(others),
                     {.product = options.product,
                      .board = options.board,
                      .alignment = options.alignment,
                      .compress = options.compress,
                      .partial = options.partial,
                      .allow_unnamed = options.allow_unnamed,
                      .bases = ReadHeld(options.bases)});
  sign::WriteFile(options.output, file);
  context.out.Line("wrote " + options.output);
  InspectPackage(HeadView::Parse(file).value(), file.size(), context);
}

void Run(const Options& options, const Context& context) {
  if (options.inspect && options.verify) {
    throw Failure("choose one of --inspect and --verify.");
  }
  if (options.inspect) {
    return Inspect(options, context);
  }
  return options.verify ? Verify(options, context) : Make(options, context);
}

void AddParts(CLI::App* command, Options& options) {
  command
      ->add_option("FILE", options.file,
                   "The signed application; with --inspect and --verify the file to look at")
      ->required();
  command->add_option("-o,--output", options.output, "Where the package goes");
  command->add_option("--product", options.product, "Identity of the product");
  command->add_option("--board", options.board, "Identity of the board");
  command->add_option("--with", options.boot_images,
                      "INDEX:FILE, a signed boot image, as given to sign; may be given again");
  command->add_option("--needs", options.companions,
                      "KIND:FILE, a companion, as given to sign; may be given again");
  command->add_option("--from", options.bases,
                      "What devices run (image or package): adds deltas from it; with --verify: "
                      "what the device has; may be given again");
  command->add_flag("--compress", options.compress, "Adds a compressed form of each part");
  command->add_flag("--partial", options.partial,
                    "Leaves out named parts that are not given: devices have them");
  command->add_flag("--allow-unnamed", options.allow_unnamed,
                    "Takes parts that an application without a manifest does not name");
  command->add_option("--align", options.alignment,
                      "Bytes at whose multiples parts begin (default 4096)");
}

}  // namespace

void AddPackageCommand(CLI::App& app, const Context& context) {
  CLI::App* command =
      app.add_subcommand("package", "Make one file from a release, print one, or judge one");
  command->footer(
      "The same inputs give the same package. --inspect and --verify also read the nRF Connect\n"
      "SDK's dfu_multi_image.bin; what its ids mean is said with --component.\n"
      "Examples:\n"
      "  linnet package v2.img -o v2.pkg --product lamp --board an505 --needs wifi:nrf70.bin\n"
      "  linnet package v2.img -o v2.pkg --product lamp --board an505 --from v1.img --compress\n"
      "  linnet package --inspect v2.pkg\n"
      "  linnet package --verify v2.pkg --key release.pub.pem --area app=917504,3 --area "
      "wifi=131072\n"
      "  linnet package --verify dfu_multi_image.bin --key release.pub.pem --component 0=app \\\n"
      "                 --component 1=wifi");
  auto options = std::make_shared<Options>();
  AddParts(command, *options);
  command->add_flag("--inspect", options->inspect, "Print what the file says of itself");
  command->add_flag("--verify", options->verify,
                    "Judge the file as a device would, and decode all of it");
  command->add_option("--key", options->keys, "--verify: a trusted key (PEM); may be given again");
  command->add_option("--area", options->areas,
                      "--verify: PART=SIZE or PART=SIZE,COUNTER, the device's places (default: any "
                      "part of any size); may be given again");
  command->add_option("--component", options->components,
                      "--verify: ID=PART, an id of a multi-image file; may be given again");
  command->callback([options, &context] { Explained([&] { Run(*options, context); }); });
}

}  // namespace linnet::cli
