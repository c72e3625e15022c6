// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/linnet/commands.hpp"
#include "tools/linnet/image_support.hpp"
#include "tools/sign/sign.hpp"

namespace linnet::cli {
namespace {

struct NewOptions {
  std::string path{};
  std::string public_path{};
  bool force = false;
};

struct ShowOptions {
  std::string path{};
  std::string public_path{};
  std::string cpp_name{};
};

void Print(const Context& context, const std::string& path, const crypto::P256PublicKey& key) {
  const std::string hash = sign::ToHex(crypto::KeyHash(key));
  context.out.Line("key hash  " + hash);
  context.out.Value({{"path", path}, {"keyHash", hash}, {"publicKey", sign::ToHex(key)}});
}

void MakeKey(const NewOptions& options, const Context& context) {
  if (std::filesystem::exists(options.path) && !options.force) {
    throw Failure(options.path +
                  " exists already, and a lost signing key cannot be replaced in the field; choose "
                  "another name, or say --force.");
  }
  const crypto::P256Scalar key = sign::GenerateKey();
  const crypto::P256PublicKey public_key = sign::PublicKeyOf(key);
  sign::WriteFile(options.path, AsBytes(sign::PrivateKeyPem(key)), sign::FileUse::kSecret);
  context.out.Line("wrote " + options.path + " (keep it secret)");
  if (!options.public_path.empty()) {
    sign::WriteFile(options.public_path, AsBytes(sign::PublicKeyPem(public_key)));
    context.out.Line("wrote " + options.public_path);
  }
  Print(context, options.path, public_key);
}

// An initialiser for a constant in a boot image.
std::string AsCpp(const std::string& name, const crypto::P256PublicKey& key) {
  constexpr std::size_t kPerLine = 12;
  std::string text = "inline constexpr std::array<std::uint8_t, 64> " + name + " = {";
  for (std::size_t i = 0; i < key.size(); ++i) {
    text += i % kPerLine == 0 ? "\n    " : " ";
    text += "0x" + sign::ToHex(Bytes(key).subspan(i, 1)) + (i + 1 < key.size() ? "," : "");
  }
  return text + "};";
}

void ShowKey(const ShowOptions& options, const Context& context) {
  const crypto::P256PublicKey key = sign::LoadPublicKeyPem(options.path);
  if (!options.public_path.empty()) {
    sign::WriteFile(options.public_path, AsBytes(sign::PublicKeyPem(key)));
  }
  if (!options.cpp_name.empty() && !context.out.json()) {
    context.out.Line(AsCpp(options.cpp_name, key));
    return;
  }
  Print(context, options.path, key);
}

void AddNew(CLI::App& group, const Context& context) {
  CLI::App* command = group.add_subcommand("new", "Make a signing key (ECDSA, P-256)");
  command->footer("Example: linnet keys new release.pem --public release.pub.pem");
  auto options = std::make_shared<NewOptions>();
  command->add_option("FILE", options->path, "Where the private key goes (PEM, PKCS#8)")
      ->required();
  command->add_option("--public", options->public_path, "Write the public half there, too");
  command->add_flag("--force", options->force, "Replace an existing file");
  command->callback([options, &context] { Explained([&] { MakeKey(*options, context); }); });
}

void AddShow(CLI::App& group, const Context& context) {
  CLI::App* command = group.add_subcommand("show", "Show what images and boot say of a key");
  command->footer(
      "The key hash is what an image names its signer with.\n"
      "Example: linnet keys show release.pem --cpp kReleaseKey");
  auto options = std::make_shared<ShowOptions>();
  command->add_option("FILE", options->path, "A private or public key (PEM)")->required();
  command->add_option("--public", options->public_path, "Write the public half there");
  command->add_option("--cpp", options->cpp_name, "Print it as a C++ constant of this name");
  command->callback([options, &context] { Explained([&] { ShowKey(*options, context); }); });
}

}  // namespace

void AddKeysCommands(CLI::App& app, const Context& context) {
  CLI::App* group = app.add_subcommand("keys", "Make and show the keys that sign images");
  group->require_subcommand(1);
  AddNew(*group, context);
  AddShow(*group, context);
}

}  // namespace linnet::cli
