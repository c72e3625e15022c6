// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The real verification, remembered by content: sweeps verify the same few images very often.
#pragma once

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include "image/verify.hpp"
#include "release/verifier.hpp"

namespace linnet::release::testing {

/// Never wrong, only faster: the answer for bytes, area and counter that were judged before is the
/// answer of the verifier that judged them.
class CachingVerifier final : public Verifier {
 public:
  explicit CachingVerifier(Verifier& verifier) : verifier_(verifier) {}

  image::Verdict Verify(image::Source& source, std::uint32_t area_size,
                        std::uint32_t minimum_counter, image::Info& out) override {
    ++calls_;
    const Result<image::Info> claimed = image::Inspect(source);
    if (!claimed.ok()) {
      return verifier_.Verify(source, area_size, minimum_counter, out);
    }
    std::vector<std::byte> content(claimed->total_size);
    if (!source.Read(0, content).ok()) {
      return verifier_.Verify(source, area_size, minimum_counter, out);
    }
    const Key key{crypto::Hash(content), area_size, minimum_counter};
    auto known = answers_.find(key);
    if (known == answers_.end()) {
      image::MemorySource copy(content);
      Answer answer;
      answer.verdict = verifier_.Verify(copy, area_size, minimum_counter, answer.info);
      known = answers_.emplace(key, answer).first;
    }
    out = known->second.info;
    return known->second.verdict;
  }

  [[nodiscard]] int calls() const { return calls_; }

 private:
  struct Key {
    crypto::Digest content;
    std::uint32_t area_size;
    std::uint32_t minimum_counter;
    friend bool operator<(const Key& a, const Key& b) {
      return std::tie(a.content, a.area_size, a.minimum_counter) <
             std::tie(b.content, b.area_size, b.minimum_counter);
    }
  };
  struct Answer {
    image::Verdict verdict;
    image::Info info;
  };

  Verifier& verifier_;
  std::map<Key, Answer> answers_;
  int calls_ = 0;
};

}  // namespace linnet::release::testing
