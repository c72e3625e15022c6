// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "update/fault.hpp"

#include <cstddef>

#include "base/view.hpp"
#include "base/words.hpp"

namespace linnet::update {

StringView ToString(Fault fault) {
  return WordAt(static_cast<std::size_t>(fault <= kLastFault ? fault : Fault::kUnknown),
                "none|not-there|no-ranges|changing|gave-up|size|too-large|format|for-another|"
                "running|older|pairing|part-missing|radio-version|content|not-trusted|store|"
                "staging|replaced|install|crashed|no-connection|unhealthy|radio|cancelled|loop|"
                "unknown|not-ordered");
}

}  // namespace linnet::update
