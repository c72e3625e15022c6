// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/linnet/commands.hpp"
#include "tools/linnet/image_support.hpp"
#include "tools/sign/manifest.hpp"
#include "tools/sign/sign.hpp"

namespace linnet::cli {
namespace {

struct Options {
  std::string payload{};
  std::string output{};
  std::string key{};
  std::string version{};
  std::uint32_t header_size = 0x200;
  std::optional<std::uint32_t> counter{};
  std::vector<std::string> dependencies{};
  std::string vendor{};
  std::string device_class{};
  std::vector<std::string> boot_images{};
  std::vector<std::string> companions{};
  std::vector<std::string> tlvs{};
};

image::Version ReadVersion(const std::string& text) {
  const Result<image::Version> version = image::ParseVersion(text);
  if (!version.ok()) {
    throw Failure("\"" + text +
                  "\" is no version: write major.minor.revision+build, such as 1.2.3+4, "
                  "with at most 255.255.65535+4294967295.");
  }
  return *version;
}

// A number from `text`, all of it, decimal or with 0x.
std::uint32_t ReadNumber(const std::string& text, std::uint32_t max, const std::string& what) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  const char* begin = text.data() + (hex ? 2 : 0);
  const char* end = text.data() + text.size();
  std::uint32_t value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value, hex ? 16 : 10);
  if (error != std::errc() || stop != end || value > max) {
    throw Failure("\"" + text + "\" is no " + what + ": a number up to " + std::to_string(max) +
                  " is needed.");
  }
  return value;
}

std::pair<std::string, std::string> Split(const std::string& text, char at,
                                          const std::string& form) {
  const std::size_t place = text.find(at);
  if (place == std::string::npos) {
    throw Failure("\"" + text + "\" is not of the form " + form + ".");
  }
  return {text.substr(0, place), text.substr(place + 1)};
}

image::Dependency ReadDependency(const std::string& text) {
  const auto [id, version] = Split(text, ':', "IMAGE:VERSION, such as 1:2.0.0");
  return {static_cast<std::uint8_t>(ReadNumber(id, 255, "image number")), ReadVersion(version)};
}

std::vector<std::byte> ReadHex(const std::string& text) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned value = 0;
    const char* end = text.data() + std::min(i + 2, text.size());
    const auto [stop, error] = std::from_chars(text.data() + i, end, value, 16);
    if (error != std::errc() || stop != text.data() + i + 2) {
      throw Failure("\"" + text + "\" is not a row of hexadecimal bytes, such as c0ffee.");
    }
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

sign::ProtectedTlv ReadTlv(const std::string& text) {
  const auto [type, value] = Split(text, '=', "TYPE=HEX or TYPE=@FILE, such as 0xa0=c0ffee");
  return {static_cast<std::uint16_t>(ReadNumber(type, 0xFFFF, "entry type")),
          value.starts_with('@') ? sign::ReadFile(value.substr(1)) : ReadHex(value)};
}

image::ManifestEntry ReadBootImage(const std::string& text) {
  const auto [index, path] = Split(text, ':', "INDEX:FILE, such as 1:network.img");
  return sign::NameBootImage(ReadNumber(index, 255, "image index"), path);
}

image::ManifestEntry ReadCompanion(const std::string& text) {
  const auto [what, path] = Split(text, ':', "KIND:FILE, such as wifi:nrf70.bin");
  const std::size_t at = what.find('@');
  const std::uint8_t id = sign::ParseCompanion(what.substr(0, at));
  if (at == std::string::npos) {
    return sign::NameCompanion(id, path);
  }
  if (id == image::companion::kWifiFirmware) {
    throw Failure("Wi-Fi firmware has its own version: write wifi:" + path + ".");
  }
  return sign::NameCompanion(id, path, ReadVersion(what.substr(at + 1)));
}

void Sign(const Options& options, const Context& context) {
  sign::SignOptions what{.payload = sign::ReadFile(options.payload),
                         .version = ReadVersion(options.version),
                         .header_size = options.header_size,
                         .security_counter = options.counter};
  for (const std::string& text : options.dependencies) {
    what.dependencies.push_back(ReadDependency(text));
  }
  if (!options.vendor.empty()) {
    what.vendor = sign::ParseUuid(options.vendor);
  }
  if (!options.device_class.empty()) {
    what.device_class = sign::ParseUuid(options.device_class);
  }
  for (const std::string& text : options.boot_images) {
    what.manifest.push_back(ReadBootImage(text));
  }
  for (const std::string& text : options.companions) {
    what.manifest.push_back(ReadCompanion(text));
  }
  for (const std::string& text : options.tlvs) {
    what.protected_tlvs.push_back(ReadTlv(text));
  }
  const std::vector<std::byte> image = sign::SignImage(what, sign::LoadPrivateKeyPem(options.key));
  sign::WriteFile(options.output, image);
  const std::string digest = sign::ToHex(sign::Describe(image).info.digest);
  const std::string version(image::ToText(what.version).view());
  context.out.Line("wrote " + options.output + ": version " + version + ", " +
                   HumanBytes(image.size()));
  context.out.Line("digest  " + digest);
  context.out.Value(
      {{"path", options.output}, {"version", version}, {"size", image.size()}, {"digest", digest}});
}

}  // namespace

void AddSignCommand(CLI::App& app, const Context& context) {
  CLI::App* command = app.add_subcommand("sign", "Sign a program into an image that boot accepts");
  command->footer(
      "The image has the MCUboot format. The same input gives the same image.\n"
      "Examples:\n"
      "  linnet sign device.bin -o device.img --key release.pem --version 1.2.3\n"
      "  linnet sign device.bin -o device.img --key release.pem --version 1.2.3 --counter 4 \\\n"
      "              --depends 1:2.0.0 --tlv 0xa0=c0ffee\n"
      "  linnet sign device.bin -o device.img --key release.pem --version 1.2.3 \\\n"
      "              --with 1:network.img --needs wifi:nrf70.bin --needs model@2.1.0:gesture.bin");
  auto options = std::make_shared<Options>();
  command->add_option("PAYLOAD", options->payload, "The program as it lies in memory")->required();
  command->add_option("-o,--output", options->output, "Where the image goes")->required();
  command->add_option("--key", options->key, "The private key (PEM)")->required();
  command->add_option("--version", options->version, "major.minor.revision+build")->required();
  command->add_option("--header-size", options->header_size,
                      "Bytes before the program (default 0x200: vector tables need it)");
  command->add_option("--counter", options->counter,
                      "Security counter: devices refuse lower ones once this is confirmed");
  command->add_option("--depends", options->dependencies,
                      "IMAGE:VERSION that must be there at least; may be given again");
  command->add_option("--vendor-id", options->vendor, "UUID of the vendor whose devices it is for");
  command->add_option("--class-id", options->device_class,
                      "UUID of the class of devices that it is for");
  command->add_option(
      "--with", options->boot_images,
      "INDEX:FILE, a signed boot image (1 to 7) of this release; may be given again");
  command->add_option("--needs", options->companions,
                      "KIND:FILE or KIND@VERSION:FILE, a file that the program loads: wifi, "
                      "certificates, model, or a number from 0x80; may be given again");
  command->add_option("--tlv", options->tlvs,
                      "Signed vendor entry, TYPE=HEX or TYPE=@FILE; may be given again");
  command->callback([options, &context] { Explained([&] { Sign(*options, context); }); });
}

}  // namespace linnet::cli
