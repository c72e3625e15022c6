// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/provision.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <span>

#include "base/status.hpp"
#include "crypto/arena.hpp"
#include "crypto/private_key.hpp"
#include "flash/journal.hpp"
#include "settings/settings.hpp"
#include "tools/linnet/context.hpp"
#include "twin/files.hpp"
#include "twin/pki.hpp"
#include "vault_service/device_key.hpp"
#include "wifi/networks.hpp"

namespace linnet::cli {
namespace {

// The key is only loaded and stored here: nothing is signed, so nothing has to be blinded.
class NoEntropy final : public crypto::EntropySource {
 public:
  Status Fill(MutableBytes /*out*/) override { return Code::kUnavailable; }
};

void Check(Status status, const std::string& what) {
  if (!status.ok()) {
    throw Failure("cannot write " + what +
                  " into the board's flash: " + std::string(ToString(status.code())));
  }
}

void InstallArena() {
  alignas(8) static std::array<std::byte, std::size_t{32} * 1024> arena;
  static const bool installed = [] {
    crypto::Arena::Install(arena);
    return true;
  }();
  static_cast<void>(installed);
}

void WriteKey(hal::Flash& vault_region, const std::filesystem::path& factory) {
  InstallArena();
  const std::string bytes =
      twin::PrivateScalar(twin::KeyFromPem(twin::ReadFile(factory / "key.pem")));
  crypto::P256Scalar scalar{};
  std::copy_n(std::as_bytes(std::span(bytes)).begin(), scalar.size(), scalar.begin());
  NoEntropy entropy;
  crypto::Random random(entropy);
  crypto::PrivateKey key(random);
  Check(key.Load(scalar), "the device key");
  Check(vault_service::WriteDeviceKey(vault_region, key), "the device key");
}

void WriteBlob(settings::Settings& settings, const settings::BlobEntry& entry,
               const std::filesystem::path& file) {
  const std::string content = twin::ReadFile(file);
  Check(settings.Set(entry, std::as_bytes(std::span(content))), file.filename().string());
}

void WriteText(settings::Settings& settings, const settings::TextEntry& entry,
               const std::string& text) {
  Check(settings.Set(entry, text), std::string(entry.name));
}

std::int64_t ReadNumber(const settings::EntryInfo& entry, const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < entry.minimum ||
      value > entry.maximum) {
    throw Failure(std::string(entry.name) + " is a number from " + std::to_string(entry.minimum) +
                  " to " + std::to_string(entry.maximum) + ", not '" + text + "'");
  }
  return value;
}

Status SetValue(settings::Settings& settings, const settings::EntryInfo& entry,
                const std::string& text) {
  const auto typed = [&entry]<settings::Type kType>() {
    using Entry = settings::Entry<kType>;
    const auto number = [](std::int64_t value) {
      return static_cast<typename Entry::Number>(value);
    };
    return Entry{entry.key,
                 entry.name,
                 entry.group,
                 number(entry.minimum),
                 number(entry.maximum),
                 number(entry.fallback)};
  };
  switch (entry.type) {
    case settings::Type::kU32:
      return settings.Set(typed.operator()<settings::Type::kU32>(),
                          static_cast<std::uint32_t>(ReadNumber(entry, text)));
    case settings::Type::kI64:
      return settings.Set(typed.operator()<settings::Type::kI64>(), ReadNumber(entry, text));
    case settings::Type::kText:
      return settings.Set(typed.operator()<settings::Type::kText>(), text);
    case settings::Type::kBlob:
      break;
  }
  throw Failure(std::string(entry.name) + " is binary: the factory step writes it");
}

}  // namespace

void SetEntry(hal::Flash& settings_region, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  const settings::EntryInfo* entry = settings::FindEntry(assignment.substr(0, equals));
  if (equals == std::string::npos || entry == nullptr) {
    std::string names;
    for (const settings::EntryInfo& known : settings::AllEntries()) {
      names += " " + std::string(known.name);
    }
    throw Failure("'" + assignment + "' is no setting: write NAME=VALUE, with a name of" + names);
  }
  flash::Journal journal(settings_region);
  Check(journal.Mount(), "settings");
  settings::Settings settings(journal);
  Check(SetValue(settings, *entry, assignment.substr(equals + 1)), std::string(entry->name));
}

void Provision(hal::Flash& settings_region, hal::Flash& vault_region,
               const std::filesystem::path& factory, const std::string& address) {
  const auto identity =
      nlohmann::json::parse(twin::ReadFile(factory / "factory.json"), nullptr, false);
  if (!identity.is_object()) {
    throw Failure((factory / "factory.json").string() +
                  " is damaged: run `linnet thing factory` again");
  }
  flash::Journal journal(settings_region);
  Check(journal.Mount(), "settings");
  settings::Settings settings(journal);
  const std::string endpoint = identity.at("endpoint");
  WriteText(settings, settings::kThingName, identity.at("thingName"));
  WriteText(settings, settings::kEndpointHost, endpoint);
  Check(settings.Set(settings::kEndpointPort, identity.at("mqttPort").get<std::uint32_t>()),
        "the endpoint's port");
  WriteText(settings, settings::kTimeServerHost, endpoint);
  Check(settings.Set(settings::kTimeServerPort, identity.at("sntpPort").get<std::uint32_t>()),
        "the time server's port");
  if (address.empty()) {
    Check(settings.Clear(settings::kHostEntry), "the endpoint's address");
  } else {
    WriteText(settings, settings::kHostEntry, endpoint + "=" + address);
  }
  WriteBlob(settings, settings::kRootCertificate1, factory / "root-p256.der");
  WriteBlob(settings, settings::kRootCertificate2, factory / "root-rsa.der");
  WriteBlob(settings, settings::kDeviceCertificate, factory / "cert.der");
  WriteKey(vault_region, factory);
}

void SetNetworks(hal::Flash& settings_region, const std::vector<std::string>& names_and_keys) {
  if (names_and_keys.size() > 2 * wifi::kMaxNetworks) {
    throw Failure("a device knows at most " + std::to_string(wifi::kMaxNetworks) + " networks");
  }
  wifi::NetworkList list;
  for (std::size_t i = names_and_keys.size(); i >= 2; i -= 2) {
    wifi::Network network;
    const std::string& key = names_and_keys[i - 1];
    network.minimum_security = key.empty() ? hal::WifiSecurity::kOpen : hal::WifiSecurity::kWpa2Psk;
    if (!network.ssid.Assign(names_and_keys[i - 2]).ok() || !network.passphrase.Assign(key).ok() ||
        !wifi::Check(network).ok()) {
      throw Failure("'" + names_and_keys[i - 2] +
                    "' cannot be joined: a name has 1 to 32 bytes, a passphrase 8 to 63 printable "
                    "characters or 64 hexadecimal digits");
    }
    list.Prefer(network);
  }
  std::array<std::byte, wifi::kMaxNetworksSize> bytes{};
  flash::Journal journal(settings_region);
  Check(journal.Mount(), "settings");
  settings::Settings settings(journal);
  Check(settings.Set(settings::kWifiNetworks, wifi::EncodeNetworks(list, bytes)),
        "the known networks");
}

}  // namespace linnet::cli
