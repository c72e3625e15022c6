// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/keys.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <array>
#include <memory>
#include <span>

#include "base/assert.hpp"
#include "crypto/arena.hpp"

namespace linnet::sign {
namespace {

template <auto kFree>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Number = std::unique_ptr<BIGNUM, Freer<BN_clear_free>>;

unsigned char* Octets(MutableBytes bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

// Never asks on the terminal: a passphrase makes reading fail, and the caller says so.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

// A number of the key as 32 bytes big endian. Not there: false.
bool GetNumber(EVP_PKEY* key, const char* name, MutableBytes out) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) {
    return false;
  }
  const Number number(raw);
  return BN_bn2binpad(number.get(), Octets(out), static_cast<int>(out.size())) ==
         static_cast<int>(out.size());
}

bool IsP256(EVP_PKEY* key) {
  std::array<char, 64> name{};
  std::size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(),
                                        &size) == 1 &&
         std::string(name.data()) == "prime256v1";
}

enum class Want { kPrivate, kPublic };

Key ReadPem(const std::string& path, Want want) {
  const std::vector<std::byte> content = ReadFile(path, 64U << 10);
  const Bio bio(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
  bool passphrase = false;
  Key key(want == Want::kPrivate
              ? PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, &passphrase)
              : PEM_read_bio_PUBKEY(bio.get(), nullptr, NoPassphrase, &passphrase));
  ERR_clear_error();
  if (passphrase) {
    throw Error(path + " is protected by a passphrase; take it off with: openssl pkey -in " + path +
                " -out KEY.pem");
  }
  if (key != nullptr && !IsP256(key.get())) {
    throw Error(path + " holds a key of another kind; Linnet signs with ECDSA on P-256. Make one " +
                "with: linnet keys new KEY.pem");
  }
  return key;
}

// What PKCS#8 puts around a P-256 key: algorithm, curve, version; then the public half's frame.
constexpr std::array<std::uint8_t, 36> kPkcs8Prefix = {
    0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86,
    0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D,
    0x03, 0x01, 0x07, 0x04, 0x6D, 0x30, 0x6B, 0x02, 0x01, 0x01, 0x04, 0x20};
constexpr std::array<std::uint8_t, 6> kPkcs8Middle = {0xA1, 0x44, 0x03, 0x42, 0x00, 0x04};

std::string ToPem(const char* label, Bytes der) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio(bio.get(), label, "", reinterpret_cast<const unsigned char*>(der.data()),
                static_cast<long>(der.size()));
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace

void EnsureArena() {
  alignas(8) static std::array<std::byte, 64U << 10> memory;
  if (crypto::Arena::installed().capacity() == 0) {
    crypto::Arena::Install(memory);
  }
}

Status KeySigner::SystemEntropy::Fill(MutableBytes out) {
  return RAND_bytes(Octets(out), static_cast<int>(out.size())) == 1 ? OkStatus()
                                                                    : Code::kUnavailable;
}

KeySigner::KeySigner(const crypto::P256Scalar& key) {
  EnsureArena();
  if (!key_.Load(key).ok()) {
    throw Error("the private key is not a number that P-256 allows.");
  }
}

crypto::P256Scalar GenerateKey() {
  const Key key(EVP_EC_gen("P-256"));
  crypto::P256Scalar scalar;
  if (key == nullptr || !GetNumber(key.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar)) {
    throw Error("cannot make a key: the system gave no random numbers.");
  }
  return scalar;
}

crypto::P256PublicKey PublicKeyOf(const crypto::P256Scalar& key) {
  KeySigner signer(key);
  crypto::P256PublicKey public_key;
  LINNET_ASSERT(signer.PublicKey(public_key).ok());
  return public_key;
}

std::string PrivateKeyPem(const crypto::P256Scalar& key) {
  std::vector<std::byte> der;
  const auto put = [&der](Bytes bytes) { der.insert(der.end(), bytes.begin(), bytes.end()); };
  put(std::as_bytes(std::span(kPkcs8Prefix)));
  put(key);
  put(std::as_bytes(std::span(kPkcs8Middle)));
  put(PublicKeyOf(key));
  return ToPem(PEM_STRING_PKCS8INF, der);
}

std::string PublicKeyPem(const crypto::P256PublicKey& key) {
  return ToPem(PEM_STRING_PUBLIC, crypto::EncodePublicKeyDer(key));
}

crypto::P256Scalar LoadPrivateKeyPem(const std::string& path) {
  const Key key = ReadPem(path, Want::kPrivate);
  crypto::P256Scalar scalar;
  if (key == nullptr || !GetNumber(key.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar)) {
    throw Error(path + " holds no private key in PEM form. Make one with: linnet keys new KEY.pem");
  }
  return scalar;
}

crypto::P256PublicKey LoadPublicKeyPem(const std::string& path) {
  Key key = ReadPem(path, Want::kPublic);
  if (key == nullptr) {
    key = ReadPem(path, Want::kPrivate);
  }
  crypto::P256PublicKey out;
  const MutableBytes halves(out);
  if (key == nullptr || !GetNumber(key.get(), OSSL_PKEY_PARAM_EC_PUB_X, halves.first(32)) ||
      !GetNumber(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, halves.last(32))) {
    throw Error(path + " holds no key in PEM form.");
  }
  return out;
}

}  // namespace linnet::sign
