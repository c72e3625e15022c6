// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/keys.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "base/endian.hpp"

namespace linnet::air {
namespace {

constexpr int kPskIterations = 4096;
constexpr std::size_t kRawKeyDigits = 64;
constexpr std::size_t kSha1Size = 20;
constexpr std::size_t kSha256Size = 32;
constexpr std::size_t kPtkSize = 48;

const unsigned char* Data(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* Data(MutableBytes bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

void Require(bool done, const char* what) {
  if (!done) {
    throw std::runtime_error(std::string("the crypto library refuses ") + what);
  }
}

void Append(Blob& blob, Bytes bytes) {
  blob.insert(blob.end(), bytes.begin(), bytes.end());
}

Blob Hmac(const EVP_MD* hash, Bytes key, Bytes data) {
  Blob mac(static_cast<std::size_t>(EVP_MD_get_size(hash)));
  unsigned size = 0;
  Require(HMAC(hash, key.data(), static_cast<int>(key.size()), Data(data), data.size(),
               Data(MutableBytes(mac)), &size) != nullptr,
          "HMAC");
  return mac;
}

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

CipherContext MakeCipher() {
  CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  return context;
}

Mic Cmac(Bytes key, Bytes data) {
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> algorithm(
      EVP_MAC_fetch(nullptr, "CMAC", nullptr), &EVP_MAC_free);
  const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(
      EVP_MAC_CTX_new(algorithm.get()), &EVP_MAC_CTX_free);
  std::string cipher = "AES-128-CBC";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, cipher.data(), 0),
      OSSL_PARAM_construct_end()};
  Mic mic{};
  std::size_t size = 0;
  Require(EVP_MAC_init(context.get(), Data(key), key.size(), parameters) == 1 &&
              EVP_MAC_update(context.get(), Data(data), data.size()) == 1 &&
              EVP_MAC_final(context.get(), Data(MutableBytes(mic)), &size, mic.size()) == 1,
          "CMAC");
  return mic;
}

// The two addresses and the two nonces, each pair with the smaller one first.
Blob PairContext(const Handshakers& who) {
  Blob context;
  Append(context, MacBytes(std::min(who.authenticator, who.supplicant)));
  Append(context, MacBytes(std::max(who.authenticator, who.supplicant)));
  Append(context, std::min(who.anonce, who.snonce));
  Append(context, std::max(who.anonce, who.snonce));
  return context;
}

}  // namespace

bool IsPassphrase(std::string_view passphrase) {
  const bool printable = std::all_of(passphrase.begin(), passphrase.end(),
                                     [](char c) { return c >= ' ' && c <= '~'; });
  return (passphrase.size() >= 8 && passphrase.size() < kRawKeyDigits && printable) ||
         (passphrase.size() == kRawKeyDigits && IsHex(passphrase));
}

Pmk PskFrom(std::string_view passphrase, std::string_view ssid) {
  Pmk pmk{};
  if (passphrase.size() == kRawKeyDigits) {
    for (std::size_t i = 0; i < pmk.size(); ++i) {
      std::uint8_t byte = 0;
      std::from_chars(passphrase.data() + 2 * i, passphrase.data() + 2 * i + 2, byte, 16);
      pmk[i] = std::byte{byte};
    }
    return pmk;
  }
  Require(PKCS5_PBKDF2_HMAC(passphrase.data(), static_cast<int>(passphrase.size()),
                            reinterpret_cast<const unsigned char*>(ssid.data()),
                            static_cast<int>(ssid.size()), kPskIterations, EVP_sha1(),
                            static_cast<int>(pmk.size()), Data(MutableBytes(pmk))) == 1,
          "PBKDF2");
  return pmk;
}

Blob Prf(Bytes key, std::string_view label, Bytes data, std::size_t size) {
  Blob out;
  for (std::uint8_t round = 0; out.size() < size; ++round) {
    Blob input = BlobOf(linnet::AsBytes(label));
    input.push_back(std::byte{0});
    Append(input, data);
    input.push_back(std::byte{round});
    Append(out, Hmac(EVP_sha1(), key, input));
  }
  out.resize(size);
  return out;
}

Blob Kdf(Bytes key, std::string_view label, Bytes context, std::size_t size) {
  std::array<std::byte, 2> bits{};
  StoreLe16(static_cast<std::uint16_t>(size * 8), bits);
  Blob out;
  for (std::uint16_t round = 1; out.size() < size; ++round) {
    std::array<std::byte, 2> counter{};
    StoreLe16(round, counter);
    Blob input = BlobOf(counter);
    Append(input, linnet::AsBytes(label));
    Append(input, context);
    Append(input, bits);
    Append(out, Hmac(EVP_sha256(), key, input));
  }
  out.resize(size);
  return out;
}

std::array<std::byte, 32> HmacSha256(Bytes key, Bytes data) {
  std::array<std::byte, kSha256Size> out{};
  CopyBytes(Hmac(EVP_sha256(), key, data), out);
  return out;
}

Ptk DerivePtk(Akm akm, const Pmk& pmk, const Handshakers& who) {
  constexpr std::string_view kLabel = "Pairwise key expansion";
  const Blob context = PairContext(who);
  const Blob keys =
      akm == Akm::kSae ? Kdf(pmk, kLabel, context, kPtkSize) : Prf(pmk, kLabel, context, kPtkSize);
  Ptk ptk;
  CopyBytes(Bytes(keys).subspan(0, 16), ptk.kck);
  CopyBytes(Bytes(keys).subspan(16, 16), ptk.kek);
  CopyBytes(Bytes(keys).subspan(32, 16), ptk.tk);
  return ptk;
}

Mic ComputeMic(Akm akm, const Ptk& ptk, Bytes message) {
  if (akm == Akm::kSae) {
    return Cmac(ptk.kck, message);
  }
  static_assert(sizeof(Mic) < kSha1Size);
  Mic mic{};
  CopyBytes(Bytes(Hmac(EVP_sha1(), ptk.kck, message)).first(mic.size()), mic);
  return mic;
}

Blob WrapKey(const Ptk& ptk, Bytes plain) {
  Blob wrapped(plain.size() + 8);
  const CipherContext context = MakeCipher();
  int size = 0;
  Require(EVP_EncryptInit_ex(context.get(), EVP_aes_128_wrap(), nullptr, Data(Bytes(ptk.kek)),
                             nullptr) == 1 &&
              EVP_EncryptUpdate(context.get(), Data(MutableBytes(wrapped)), &size, Data(plain),
                                static_cast<int>(plain.size())) == 1,
          "a key wrap");
  return wrapped;
}

std::optional<Blob> UnwrapKey(const Ptk& ptk, Bytes wrapped) {
  constexpr std::size_t kLeast = 24;
  if (wrapped.size() < kLeast || wrapped.size() % 8 != 0) {
    return std::nullopt;
  }
  Blob plain(wrapped.size());
  const CipherContext context = MakeCipher();
  int size = 0;
  if (EVP_DecryptInit_ex(context.get(), EVP_aes_128_wrap(), nullptr, Data(Bytes(ptk.kek)),
                         nullptr) != 1 ||
      EVP_DecryptUpdate(context.get(), Data(MutableBytes(plain)), &size, Data(wrapped),
                        static_cast<int>(wrapped.size())) != 1) {
    return std::nullopt;
  }
  plain.resize(static_cast<std::size_t>(size));
  return plain;
}

void FillRandom(MutableBytes out) {
  Require(RAND_bytes(Data(out), static_cast<int>(out.size())) == 1, "random numbers");
}

Blob BlobOf(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

Bytes MacBytes(const Mac& mac) {
  return std::as_bytes(std::span(mac));
}

std::string ToText(const Mac& mac) {
  char text[18];
  std::snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
                mac[4], mac[5]);
  return text;
}

std::optional<Mac> ParseMac(std::string_view text) {
  Mac mac{};
  if (text.size() != 17) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < mac.size(); ++i) {
    const char* at = text.data() + 3 * i;
    if (std::from_chars(at, at + 2, mac[i], 16).ptr != at + 2 || (i < 5 && at[2] != ':')) {
      return std::nullopt;
    }
  }
  return mac;
}

}  // namespace linnet::air
