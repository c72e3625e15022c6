// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/sae.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include <algorithm>
#include <stdexcept>

#include "base/endian.hpp"

namespace linnet::air {
namespace {

constexpr std::uint16_t kGroup = 19;
constexpr std::size_t kField = 32;  // bytes of a coordinate and of a scalar
constexpr int kMaxHunt = 255;

struct Free {
  void operator()(BIGNUM* number) const { BN_clear_free(number); }
  void operator()(EC_POINT* point) const { EC_POINT_clear_free(point); }
  void operator()(EC_GROUP* group) const { EC_GROUP_free(group); }
  void operator()(BN_CTX* context) const { BN_CTX_free(context); }
};
using Number = std::unique_ptr<BIGNUM, Free>;
using Point = std::unique_ptr<EC_POINT, Free>;

Number FromBytes(Bytes bytes) {
  return Number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                          static_cast<int>(bytes.size()), nullptr));
}

void Append(Blob& blob, Bytes bytes) {
  blob.insert(blob.end(), bytes.begin(), bytes.end());
}

void AppendNumber(Blob& blob, const BIGNUM* number) {
  blob.resize(blob.size() + kField);
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(blob.data() + blob.size() - kField),
               kField);
}

void Check(bool done) {
  if (!done) {
    throw std::runtime_error("the crypto library refuses a step of SAE");
  }
}

}  // namespace

struct Sae::State {
  State() : context(BN_CTX_new()), group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)) {
    prime.reset(BN_new());
    Check(EC_GROUP_get_curve(group.get(), prime.get(), nullptr, nullptr, context.get()) == 1);
  }

  [[nodiscard]] Point NewPoint() const { return Point(EC_POINT_new(group.get())); }
  [[nodiscard]] const BIGNUM* order() const { return EC_GROUP_get0_order(group.get()); }

  void FindElement(std::string_view passphrase, const Mac& own, const Mac& peer);
  Number Random() const;
  void MakeCommit(Number random, const Number& mask);
  void AppendPoint(Blob& blob, const EC_POINT* point) const;
  Blob Context() const;
  Blob Proof(std::uint16_t counter, bool ours) const;

  std::unique_ptr<BN_CTX, Free> context;
  std::unique_ptr<EC_GROUP, Free> group;
  Number prime;
  Point element;  ///< The passphrase's.
  Number random;
  Number scalar;
  Point own_element;
  Number peer_scalar;
  Point peer_element;
  Blob commit;
  std::array<std::byte, 32> kck{};
  Pmk pmk{};
};

// 12.4.4.2.2: the first x, of a row that passphrase and addresses give, that lies on the curve.
void Sae::State::FindElement(std::string_view passphrase, const Mac& own, const Mac& peer) {
  Blob key = BlobOf(MacBytes(std::max(own, peer)));
  Append(key, MacBytes(std::min(own, peer)));
  Blob modulus;
  AppendNumber(modulus, prime.get());
  element = NewPoint();
  for (int counter = 1; counter <= kMaxHunt; ++counter) {
    Blob input = BlobOf(linnet::AsBytes(passphrase));
    input.push_back(static_cast<std::byte>(counter));
    const auto seed = HmacSha256(key, input);
    const Number x = FromBytes(Kdf(seed, "SAE Hunting and Pecking", modulus, kField));
    const bool odd = (std::to_integer<unsigned>(seed.back()) & 1U) != 0;
    if (BN_cmp(x.get(), prime.get()) < 0 &&
        EC_POINT_set_compressed_coordinates(group.get(), element.get(), x.get(), odd ? 1 : 0,
                                            context.get()) == 1) {
      return;
    }
  }
  throw std::runtime_error("SAE finds no element for a passphrase");
}

Number Sae::State::Random() const {
  Number number(BN_new());
  do {
    Check(BN_priv_rand_range(number.get(), order()) == 1);
  } while (BN_is_zero(number.get()) || BN_is_one(number.get()));
  return number;
}

void Sae::State::AppendPoint(Blob& blob, const EC_POINT* point) const {
  const Number x(BN_new());
  const Number y(BN_new());
  Check(EC_POINT_get_affine_coordinates(group.get(), point, x.get(), y.get(), context.get()) == 1);
  AppendNumber(blob, x.get());
  AppendNumber(blob, y.get());
}

void Sae::State::MakeCommit(Number secret, const Number& mask) {
  random = std::move(secret);
  scalar.reset(BN_new());
  own_element = NewPoint();
  Check(BN_mod_add(scalar.get(), random.get(), mask.get(), order(), context.get()) == 1 &&
        EC_POINT_mul(group.get(), own_element.get(), nullptr, element.get(), mask.get(),
                     context.get()) == 1 &&
        EC_POINT_invert(group.get(), own_element.get(), context.get()) == 1);
  commit.resize(2);
  StoreLe16(kGroup, commit);
  AppendNumber(commit, scalar.get());
  AppendPoint(commit, own_element.get());
}

// The sum of both scalars: what ties the keys to this exchange.
Blob Sae::State::Context() const {
  const Number sum(BN_new());
  Check(BN_mod_add(sum.get(), scalar.get(), peer_scalar.get(), order(), context.get()) == 1);
  Blob blob;
  AppendNumber(blob, sum.get());
  return blob;
}

Blob Sae::State::Proof(std::uint16_t counter, bool ours) const {
  Blob input(2);
  StoreLe16(counter, input);
  AppendNumber(input, (ours ? scalar : peer_scalar).get());
  AppendPoint(input, (ours ? own_element : peer_element).get());
  AppendNumber(input, (ours ? peer_scalar : scalar).get());
  AppendPoint(input, (ours ? peer_element : own_element).get());
  return BlobOf(HmacSha256(kck, input));
}

Sae::Sae(std::string_view passphrase, const Mac& own, const Mac& peer)
    : state_(std::make_unique<State>()) {
  state_->FindElement(passphrase, own, peer);
  state_->MakeCommit(state_->Random(), state_->Random());
}

Sae::Sae(std::string_view passphrase, const Mac& own, const Mac& peer, Bytes random, Bytes mask)
    : state_(std::make_unique<State>()) {
  state_->FindElement(passphrase, own, peer);
  state_->MakeCommit(FromBytes(random), FromBytes(mask));
}

Sae::~Sae() = default;
Sae::Sae(Sae&&) noexcept = default;
Sae& Sae::operator=(Sae&&) noexcept = default;

const Blob& Sae::commit() const {
  return state_->commit;
}

bool Sae::TakeCommit(Bytes commit) {
  State& s = *state_;
  if (commit.size() != kCommitSize || LoadLe16(commit) != kGroup || Equal(commit, s.commit)) {
    return false;
  }
  s.peer_scalar = FromBytes(commit.subspan(2, kField));
  s.peer_element = s.NewPoint();
  const Number x = FromBytes(commit.subspan(2 + kField, kField));
  const Number y = FromBytes(commit.subspan(2 + 2 * kField, kField));
  const Point shared = s.NewPoint();
  if (BN_is_zero(s.peer_scalar.get()) || BN_is_one(s.peer_scalar.get()) ||
      BN_cmp(s.peer_scalar.get(), s.order()) >= 0 ||
      EC_POINT_set_affine_coordinates(s.group.get(), s.peer_element.get(), x.get(), y.get(),
                                      s.context.get()) != 1) {
    return false;
  }
  // random * (peer scalar * element + peer element)
  Check(EC_POINT_mul(s.group.get(), shared.get(), nullptr, s.element.get(), s.peer_scalar.get(),
                     s.context.get()) == 1 &&
        EC_POINT_add(s.group.get(), shared.get(), shared.get(), s.peer_element.get(),
                     s.context.get()) == 1 &&
        EC_POINT_mul(s.group.get(), shared.get(), nullptr, shared.get(), s.random.get(),
                     s.context.get()) == 1);
  if (EC_POINT_is_at_infinity(s.group.get(), shared.get()) == 1) {
    return false;
  }
  Blob secret;
  s.AppendPoint(secret, shared.get());
  const std::array<std::byte, 32> zeros{};
  const auto seed = HmacSha256(zeros, Bytes(secret).first(kField));
  const Blob keys = Kdf(seed, "SAE KCK and PMK", s.Context(), s.kck.size() + s.pmk.size());
  CopyBytes(Bytes(keys).first(s.kck.size()), s.kck);
  CopyBytes(Bytes(keys).last(s.pmk.size()), s.pmk);
  return true;
}

Blob Sae::Confirm() const {
  constexpr std::uint16_t kFirst = 1;
  Blob confirm(2);
  StoreLe16(kFirst, confirm);
  Append(confirm, state_->Proof(kFirst, true));
  return confirm;
}

bool Sae::CheckConfirm(Bytes confirm) const {
  return confirm.size() == kConfirmSize &&
         Equal(confirm.subspan(2), state_->Proof(LoadLe16(confirm), false));
}

const Pmk& Sae::pmk() const {
  return state_->pmk;
}

const std::array<std::byte, 32>& Sae::kck() const {
  return state_->kck;
}

}  // namespace linnet::air
