// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/factory.hpp"

#include "tools/linnet/context.hpp"
#include "twin/files.hpp"
#include "twin/pki.hpp"

namespace linnet::cli {
namespace {

void CopyRoots(const std::filesystem::path& twin_dir, const std::filesystem::path& directory) {
  const std::filesystem::path ca = twin_dir / "ca";
  for (const std::string name : {"root-p256", "root-rsa"}) {
    const twin::Certificate root = twin::CertificateFromPem(twin::ReadFile(ca / (name + ".pem")));
    twin::WriteFile(directory / (name + ".der"), twin::CertificateToDer(root));
  }
  twin::WriteFile(directory / "roots.pem", twin::ReadFile(ca / "roots.pem"));
}

}  // namespace

nlohmann::json MakeFactoryFiles(const ApiClient& twin, const std::filesystem::path& twin_dir,
                                const std::string& thing, const std::string& csr_file,
                                const std::filesystem::path& directory) {
  std::string request;
  std::string key_pem;
  if (csr_file.empty()) {
    const twin::Key key = twin::GenerateKey(twin::KeyKind::kP256);
    key_pem = twin::KeyToPem(key);
    request = twin::MakeRequest(key, thing);
  } else {
    request = twin::ReadFile(csr_file);
  }
  const nlohmann::json issued =
      twin.Post("/v1/things/" + UrlEncode(thing) + "/certificates", {{"csr", request}});
  const std::string pem = issued["certificatePem"];

  twin::MakePrivateDirectory(directory);
  if (!key_pem.empty()) {
    twin::WriteSecretFile(directory / "key.pem", key_pem);
  }
  twin::WriteFile(directory / "cert.pem", pem);
  twin::WriteFile(directory / "cert.der", twin::CertificateToDer(twin::CertificateFromPem(pem)));
  CopyRoots(twin_dir, directory);
  nlohmann::json factory = {{"thingName", thing}, {"certificateId", issued["certificateId"]}};
  for (const char* name : {"endpoint", "mqttPort", "httpsPort", "sntpPort"}) {
    factory[name] = twin.description().at(name);
  }
  twin::WriteFile(directory / "factory.json", factory.dump(2) + "\n");
  return factory;
}

}  // namespace linnet::cli
