// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/authority.hpp"

#include "twin/files.hpp"

namespace linnet::twin {
namespace {

constexpr UnixSeconds kDay = 86400;
constexpr UnixSeconds kYear = 365 * kDay;
constexpr UnixSeconds kRenewBefore = 30 * kDay;

// 10.0.2.2 is the host's loopback as a guest of QEMU's user network sees it.
constexpr const char* kServerNames = "DNS:linnet-twin.local,DNS:localhost,IP:127.0.0.1,IP:10.0.2.2";

CertificateSpec SpecFor(CertificateSpec::Use use, std::string name, UnixSeconds lifetime,
                        UnixSeconds now) {
  // A day of grace for clocks that are behind.
  return {use, std::move(name), "", now - kDay, now + lifetime};
}

}  // namespace

Authority::Authority(std::filesystem::path directory, KeyKind server_kind, UnixSeconds now)
    : directory_(std::move(directory)) {
  MakePrivateDirectory(directory_);
  root_p256_ = Root("root-p256", KeyKind::kP256, now);
  root_rsa_ = Root("root-rsa", KeyKind::kRsa2048, now);
  WriteFile(roots_file(), CertificateToPem(root_p256()) + CertificateToPem(root_rsa()));
  EnsureServer(server_kind, now);
  EnsureService(now);
  if (!std::filesystem::exists(revoked_file())) {
    WriteRevocationList({}, now);
  }
}

Identity Authority::Root(const std::string& name, KeyKind kind, UnixSeconds now) const {
  if (std::filesystem::exists(certificate_file(name))) {
    return {KeyFromPem(ReadFile(key_file(name))),
            CertificateFromPem(ReadFile(certificate_file(name)))};
  }
  const char* title = kind == KeyKind::kP256 ? "Linnet Twin Root P-256" : "Linnet Twin Root RSA";
  const Key key = GenerateKey(kind);
  Identity root{key, MakeRoot(key, SpecFor(CertificateSpec::Use::kRoot, title, 20 * kYear, now))};
  Save(name, root);
  return root;
}

void Authority::EnsureServer(KeyKind kind, UnixSeconds now) const {
  if (IsUsable("server", kind, now)) {
    return;
  }
  CertificateSpec spec = SpecFor(CertificateSpec::Use::kServer, kEndpointName, 2 * kYear, now);
  spec.alternative_names = kServerNames;
  const Key key = GenerateKey(kind);
  Save("server",
       {key, IssueCertificate(key, spec, kind == KeyKind::kP256 ? root_p256_ : root_rsa_)});
}

void Authority::EnsureService(UnixSeconds now) const {
  if (IsUsable("service", KeyKind::kP256, now)) {
    return;
  }
  const Key key = GenerateKey(KeyKind::kP256);
  const CertificateSpec spec = SpecFor(CertificateSpec::Use::kClient, kServiceName, 2 * kYear, now);
  Save("service", {key, IssueCertificate(key, spec, root_p256_)});
}

Certificate Authority::IssueForThing(const std::string& thing, const Key& key,
                                     UnixSeconds now) const {
  return IssueCertificate(key, SpecFor(CertificateSpec::Use::kClient, thing, 20 * kYear, now),
                          root_p256_);
}

void Authority::WriteRevocationList(const std::vector<Certificate>& revoked,
                                    UnixSeconds now) const {
  WriteFile(revoked_file(), MakeRevocationList(root_p256_, revoked, now));
}

bool Authority::IsUsable(const std::string& name, KeyKind kind, UnixSeconds now) const {
  if (!std::filesystem::exists(certificate_file(name)) ||
      !std::filesystem::exists(key_file(name))) {
    return false;
  }
  const Certificate certificate = CertificateFromPem(ReadFile(certificate_file(name)));
  return IsOfKind(certificate, kind) && EndOf(certificate) > now + kRenewBefore;
}

void Authority::Save(const std::string& name, const Identity& identity) const {
  WriteSecretFile(key_file(name), KeyToPem(identity.key));
  WriteFile(certificate_file(name), CertificateToPem(identity.certificate));
}

std::filesystem::path Authority::certificate_file(const std::string& name) const {
  return directory_ / (name + ".pem");
}

std::filesystem::path Authority::key_file(const std::string& name) const {
  return directory_ / (name + ".key");
}

}  // namespace linnet::twin
