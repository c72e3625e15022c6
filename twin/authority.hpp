// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The twin's certificate authority: two roots, as AWS has them (P-256 and RSA), the server's
// certificate, the twin's own client certificate, and the certificates of things. Everything lives
// in one directory:
//
//   root-p256.pem, .key    root-rsa.pem, .key    server.pem, .key    service.pem, .key revoked.pem
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "twin/access.hpp"
#include "twin/pki.hpp"

namespace linnet::twin {

/// The name that devices verify. They reach it under any of the server certificate's names.
inline constexpr const char* kEndpointName = "linnet-twin.local";

class Authority {
 public:
  /// Opens the authority in `directory`, or makes one. The server's certificate is made anew
  /// whenever it is missing, of the other kind, or within a month of its end.
  Authority(std::filesystem::path directory, KeyKind server_kind, UnixSeconds now);

  /// A client certificate for a thing; `key` may be a public key.
  [[nodiscard]] Certificate IssueForThing(const std::string& thing, const Key& key,
                                          UnixSeconds now) const;

  /// Writes the revocation list that the broker reads.
  void WriteRevocationList(const std::vector<Certificate>& revoked, UnixSeconds now) const;

  [[nodiscard]] const Certificate& root_p256() const { return root_p256_.certificate; }
  [[nodiscard]] const Certificate& root_rsa() const { return root_rsa_.certificate; }

  /// Both roots in one PEM file, for clients that verify the server.
  [[nodiscard]] std::filesystem::path roots_file() const { return directory_ / "roots.pem"; }
  /// The root that signs the certificates of things, for the broker that verifies them.
  [[nodiscard]] std::filesystem::path client_root_file() const {
    return directory_ / "root-p256.pem";
  }
  [[nodiscard]] std::filesystem::path revoked_file() const { return directory_ / "revoked.pem"; }
  [[nodiscard]] std::filesystem::path certificate_file(const std::string& name) const;
  [[nodiscard]] std::filesystem::path key_file(const std::string& name) const;

 private:
  Identity Root(const std::string& name, KeyKind kind, UnixSeconds now) const;
  void EnsureServer(KeyKind kind, UnixSeconds now) const;
  void EnsureService(UnixSeconds now) const;
  [[nodiscard]] bool IsUsable(const std::string& name, KeyKind kind, UnixSeconds now) const;
  void Save(const std::string& name, const Identity& identity) const;

  std::filesystem::path directory_;
  Identity root_p256_;
  Identity root_rsa_;
};

}  // namespace linnet::twin
