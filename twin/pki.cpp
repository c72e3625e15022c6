// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/pki.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <stdexcept>

namespace linnet::twin {
namespace {

[[noreturn]] void Fail(const std::string& what) {
  char reason[256] = "no reason given";
  if (const unsigned long code = ERR_get_error(); code != 0) {
    ERR_error_string_n(code, reason, sizeof(reason));
  }
  ERR_clear_error();
  throw std::runtime_error(what + ": " + reason);
}

void Check(bool done, const char* what) {
  if (!done) {
    Fail(what);
  }
}

struct BioFree {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Bio = std::unique_ptr<BIO, BioFree>;

Bio ReadBio(std::string_view text) {
  Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  Check(bio != nullptr, "out of memory");
  return bio;
}

Bio WriteBio() {
  Bio bio(BIO_new(BIO_s_mem()));
  Check(bio != nullptr, "out of memory");
  return bio;
}

std::string Text(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string Hex(const unsigned char* data, std::size_t size) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += kDigits[data[i] >> 4U];
    text += kDigits[data[i] & 15U];
  }
  return text;
}

Key Own(EVP_PKEY* key, const char* what) {
  Check(key != nullptr, what);
  return {key, EVP_PKEY_free};
}

Certificate Own(X509* certificate, const char* what) {
  Check(certificate != nullptr, what);
  return {certificate, X509_free};
}

void SetRandomSerial(X509* certificate) {
  unsigned char bytes[16];
  Check(RAND_bytes(bytes, sizeof(bytes)) == 1, "no random numbers");
  bytes[0] =
      static_cast<unsigned char>((bytes[0] & 0x7FU) | 0x40U);  // Positive, and always 16 bytes.
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(BN_bin2bn(bytes, sizeof(bytes), nullptr),
                                                           BN_free);
  Check(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
        "serial number");
}

void SetName(X509_NAME* name, const std::string& common_name) {
  const auto add = [name](const char* field, const std::string& value) {
    Check(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(value.data()),
                                     static_cast<int>(value.size()), -1, 0) == 1,
          "the subject's name is not valid");
  };
  add("O", "Linnet");
  add("CN", common_name);
}

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), X509_EXTENSION_free);
  Check(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1,
        "certificate extension");
}

void AddExtensions(X509* certificate, X509* issuer, const CertificateSpec& spec) {
  const bool root = spec.use == CertificateSpec::Use::kRoot;
  AddExtension(certificate, issuer, NID_basic_constraints,
               root ? "critical,CA:TRUE" : "critical,CA:FALSE");
  AddExtension(certificate, issuer, NID_key_usage,
               root ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
  AddExtension(certificate, issuer, NID_subject_key_identifier, "hash");
  if (root) {
    return;
  }
  AddExtension(certificate, issuer, NID_authority_key_identifier, "keyid");
  AddExtension(certificate, issuer, NID_ext_key_usage,
               spec.use == CertificateSpec::Use::kServer ? "serverAuth" : "clientAuth");
  if (!spec.alternative_names.empty()) {
    AddExtension(certificate, issuer, NID_subject_alt_name, spec.alternative_names);
  }
}

Certificate Build(const Key& subject_key, const CertificateSpec& spec, X509* issuer,
                  EVP_PKEY* signer) {
  Certificate certificate = Own(X509_new(), "out of memory");
  X509* raw = certificate.get();
  Check(X509_set_version(raw, X509_VERSION_3) == 1, "certificate version");
  SetRandomSerial(raw);
  SetName(X509_get_subject_name(raw), spec.common_name);
  X509* parent = issuer != nullptr ? issuer : raw;
  Check(X509_set_issuer_name(raw, X509_get_subject_name(parent)) == 1, "issuer's name");
  Check(ASN1_TIME_set(X509_getm_notBefore(raw), spec.not_before) != nullptr, "time");
  Check(ASN1_TIME_set(X509_getm_notAfter(raw), spec.not_after) != nullptr, "time");
  Check(X509_set_pubkey(raw, subject_key.get()) == 1, "public key");
  AddExtensions(raw, parent, spec);
  Check(X509_sign(raw, signer, EVP_sha256()) > 0, "signing a certificate");
  return certificate;
}

void AddRevoked(X509_CRL* list, const Certificate& certificate, ASN1_TIME* time) {
  X509_REVOKED* entry = X509_REVOKED_new();
  Check(entry != nullptr, "out of memory");
  X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate.get()));
  X509_REVOKED_set_revocationDate(entry, time);
  Check(X509_CRL_add0_revoked(list, entry) == 1, "revocation entry");
}

}  // namespace

Key GenerateKey(KeyKind kind) {
  constexpr unsigned int kRsaBits = 2048;
  return Own(kind == KeyKind::kP256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(kRsaBits),
             "generating a key");
}

std::string KeyToPem(const Key& key) {
  const Bio bio = WriteBio();
  Check(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                      nullptr) == 1,
        "writing a private key");
  return Text(bio);
}

Key KeyFromPem(std::string_view pem) {
  return Own(PEM_read_bio_PrivateKey(ReadBio(pem).get(), nullptr, nullptr, nullptr),
             "reading a private key");
}

std::string PrivateScalar(const Key& key) {
  constexpr int kSize = 32;
  BIGNUM* number = nullptr;
  Check(EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1,
        "the key's private number");
  const std::unique_ptr<BIGNUM, decltype(&BN_clear_free)> owner(number, BN_clear_free);
  std::string scalar(kSize, '\0');
  Check(BN_bn2binpad(number, reinterpret_cast<unsigned char*>(scalar.data()), kSize) == kSize,
        "the key is not a P-256 key");
  return scalar;
}

Certificate MakeRoot(const Key& key, const CertificateSpec& spec) {
  return Build(key, spec, nullptr, key.get());
}

Certificate IssueCertificate(const Key& key, const CertificateSpec& spec, const Identity& issuer) {
  return Build(key, spec, issuer.certificate.get(), issuer.key.get());
}

std::string CertificateToPem(const Certificate& certificate) {
  const Bio bio = WriteBio();
  Check(PEM_write_bio_X509(bio.get(), certificate.get()) == 1, "writing a certificate");
  return Text(bio);
}

Certificate CertificateFromPem(std::string_view pem) {
  return Own(PEM_read_bio_X509(ReadBio(pem).get(), nullptr, nullptr, nullptr),
             "reading a certificate");
}

std::string CertificateToDer(const Certificate& certificate) {
  const Bio bio = WriteBio();
  Check(i2d_X509_bio(bio.get(), certificate.get()) == 1, "writing a certificate");
  return Text(bio);
}

std::string CertificateId(const Certificate& certificate) {
  return Sha256Hex(CertificateToDer(certificate));
}

bool IsOfKind(const Certificate& certificate, KeyKind kind) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate.get());
  return key != nullptr && EVP_PKEY_is_a(key, kind == KeyKind::kP256 ? "EC" : "RSA") == 1;
}

UnixSeconds EndOf(const Certificate& certificate) {
  std::tm time{};
  Check(ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &time) == 1,
        "the certificate's time");
  return timegm(&time);
}

std::string MakeRequest(const Key& key, const std::string& common_name) {
  const std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)> request(X509_REQ_new(), X509_REQ_free);
  Check(request != nullptr, "out of memory");
  SetName(X509_REQ_get_subject_name(request.get()), common_name);
  Check(X509_REQ_set_pubkey(request.get(), key.get()) == 1, "public key");
  Check(X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0, "signing a certificate request");
  const Bio bio = WriteBio();
  Check(PEM_write_bio_X509_REQ(bio.get(), request.get()) == 1, "writing a certificate request");
  return Text(bio);
}

Key KeyOfRequest(std::string_view pem) {
  const std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)> request(
      PEM_read_bio_X509_REQ(ReadBio(pem).get(), nullptr, nullptr, nullptr), X509_REQ_free);
  Check(request != nullptr, "reading a certificate request");
  Key key = Own(X509_REQ_get_pubkey(request.get()), "the request's public key");
  Check(X509_REQ_verify(request.get(), key.get()) == 1, "the request's signature does not verify");
  return key;
}

std::string MakeRevocationList(const Identity& issuer, const std::vector<Certificate>& revoked,
                               UnixSeconds now) {
  constexpr UnixSeconds kLifetime = 3650L * 86400;
  const std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> list(X509_CRL_new(), X509_CRL_free);
  const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> from(ASN1_TIME_set(nullptr, now),
                                                                   ASN1_TIME_free);
  const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> until(
      ASN1_TIME_set(nullptr, now + kLifetime), ASN1_TIME_free);
  Check(list != nullptr && from != nullptr && until != nullptr, "out of memory");
  X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.certificate.get()));
  X509_CRL_set1_lastUpdate(list.get(), from.get());
  X509_CRL_set1_nextUpdate(list.get(), until.get());
  for (const Certificate& certificate : revoked) {
    AddRevoked(list.get(), certificate, from.get());
  }
  X509_CRL_sort(list.get());
  Check(X509_CRL_sign(list.get(), issuer.key.get(), EVP_sha256()) > 0,
        "signing the revocation list");
  const Bio bio = WriteBio();
  Check(PEM_write_bio_X509_CRL(bio.get(), list.get()) == 1, "writing the revocation list");
  return Text(bio);
}

std::string Sha256Hex(std::string_view data) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  Check(EVP_Digest(data.data(), data.size(), digest, &size, EVP_sha256(), nullptr) == 1, "SHA-256");
  return Hex(digest, size);
}

std::string HmacSha256Hex(std::string_view key, std::string_view data) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  Check(
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(data.data()), data.size(), mac, &size) != nullptr,
      "HMAC");
  return Hex(mac, size);
}

std::string RandomHex(std::size_t bytes) {
  std::string random(bytes, '\0');
  auto* data = reinterpret_cast<unsigned char*>(random.data());
  Check(RAND_bytes(data, static_cast<int>(bytes)) == 1, "no random numbers");
  return Hex(data, bytes);
}

}  // namespace linnet::twin
