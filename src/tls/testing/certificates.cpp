// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/testing/certificates.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>

namespace linnet::tls::testing {

namespace {

void Check(bool ok, const char* what) {
  if (!ok) {
    std::fprintf(stderr, "OpenSSL: %s failed\n", what);
    std::abort();
  }
}

EVP_PKEY* MakeRsa(unsigned bits) {
  EVP_PKEY* key = EVP_RSA_gen(bits);
  Check(key != nullptr, "EVP_RSA_gen");
  return key;
}

std::unique_ptr<EVP_PKEY, OpenSslDeleter> MakeKey(KeyKind kind) {
  EVP_PKEY* key = nullptr;
  if (kind == KeyKind::kRsa2048) {
    static EVP_PKEY* const rsa = MakeRsa(2048);
    EVP_PKEY_up_ref(rsa);
    key = rsa;
  } else if (kind == KeyKind::kRsa1024) {
    static EVP_PKEY* const weak = MakeRsa(1024);
    EVP_PKEY_up_ref(weak);
    key = weak;
  } else {
    key = EVP_EC_gen(kind == KeyKind::kP256 ? "P-256" : "P-384");
  }
  Check(key != nullptr, "key generation");
  return std::unique_ptr<EVP_PKEY, OpenSslDeleter>(key);
}

void AddExtension(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  Check(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, value.c_str());
  X509_EXTENSION_free(extension);
}

void AddExtensions(X509* certificate, const CertificateOptions& options) {
  if (options.authority) {
    AddExtension(certificate, NID_basic_constraints, "critical,CA:TRUE");
    AddExtension(certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  }
  if (!options.usage.empty()) {
    AddExtension(certificate, NID_ext_key_usage, options.usage);
  }
  std::string names;
  for (const std::string& name : options.names) {
    names += (names.empty() ? "DNS:" : ",DNS:") + name;
  }
  if (!names.empty()) {
    AddExtension(certificate, NID_subject_alt_name, names);
  }
  if (options.padding != 0) {
    AddExtension(certificate, NID_netscape_comment, std::string(options.padding, 'x'));
  }
}

void SetTimes(X509* certificate, const CertificateOptions& options) {
  Check(ASN1_TIME_set(X509_getm_notBefore(certificate), options.not_before.seconds) != nullptr &&
            ASN1_TIME_set(X509_getm_notAfter(certificate), options.not_after.seconds) != nullptr,
        "ASN1_TIME_set");
}

std::vector<std::byte> Encode(X509* certificate) {
  std::vector<std::byte> der(static_cast<std::size_t>(i2d_X509(certificate, nullptr)));
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_X509(certificate, &out);
  return der;
}

}  // namespace

Identity Issue(const CertificateOptions& options, const Identity* issuer) {
  static std::uint32_t serial = 1;
  Identity made;
  made.key = MakeKey(options.key);
  made.certificate.reset(X509_new());
  X509* certificate = made.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial++);
  SetTimes(certificate, options);
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(options.common_name.c_str());
  Check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1, "subject");
  X509* parent = issuer == nullptr ? certificate : issuer->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(parent));
  X509_set_pubkey(certificate, made.key.get());
  AddExtensions(certificate, options);
  EVP_PKEY* signing_key = issuer == nullptr ? made.key.get() : issuer->key.get();
  Check(X509_sign(certificate, signing_key, EVP_sha256()) > 0, "X509_sign");
  made.der = Encode(certificate);
  return made;
}

std::vector<std::byte> Scalar(const Identity& identity) {
  BIGNUM* value = nullptr;
  Check(EVP_PKEY_get_bn_param(identity.key.get(), OSSL_PKEY_PARAM_PRIV_KEY, &value) == 1, "key");
  std::vector<std::byte> scalar(32);
  Check(BN_bn2binpad(value, reinterpret_cast<unsigned char*>(scalar.data()), 32) == 32, "scalar");
  BN_clear_free(value);
  return scalar;
}

}  // namespace linnet::tls::testing
